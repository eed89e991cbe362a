import { expect, test } from 'vitest'
import { reasonsOf } from './sample.ts'

/** Every text that has one piece of each list, in their order. */
function phrases(...lists: readonly (readonly string[])[]): string[] {
  return lists.reduce<string[]>(
    (before, list) => before.flatMap((text) => list.map((piece) => `${text}${piece}`)),
    [''],
  )
}

/** Those of the phrases that the filter does not find in the middle of a text. */
function missed(reason: string, texts: readonly string[]): string[] {
  return texts.filter((text) => {
    const trace = { reasoning: `Let x be 42. ${text}. So x is 42.` }
    return !reasonsOf('identity', {}, { prompt: 'How much is 6 times 7?', trace }).includes(reason)
  })
}

function alsoLoud(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [text, text.toUpperCase()])
}

const selves = ['I am', "I'm", 'I’m', 'my name is', 'we are', 'you are']
const models =
  'Qwen,Qwen3,QwQ,ChatGPT,GPT3,GPT-4,GPT5,GPT-4o,gpt-oss,DeepSeek,DeepSeek-R1,Tongyi Qianwen,ERNIE Bot,ChatGLM,Kimi K2,MiniMax,Nemotron,Hunyuan,Doubao'.split(
    ',',
  )
const nouns = phrases(
  ['', 'large ', 'small '],
  ['AI', 'A.I.', 'artificial intelligence', 'language'],
  ['', ' language', '-chat', ' powered', '-based', ' virtual'],
  [' model', '-model', ' assistant', '-system', ' chatbot'],
)
const makers =
  'OpenAI,Anthropic,Alibaba,DeepSeek,Google,Meta,Mistral,Moonshot AI,NVIDIA,Microsoft,Baidu,Zhipu,xAI,ByteDance,Tencent'.split(
    ',',
  )
const known = ['reference', 'official', 'ground truth', 'ground-truth', 'gold standard', 'gold-standard']
const handed = ['given', 'provided', 'supplied', 'stated']
const final = ['', 'final ']

test('every way in which a teacher may name itself is found', () => {
  const named = phrases(selves, ['', ','], [' ', ' called ', ' named '], models)
  expect(missed('identity_leak', alsoLoud(named))).toEqual([])
  const described = [
    ...phrases(["I'm "], ['Claude', 'Phi,'], [' ', ' an '], nouns),
    ...phrases(['you are a '], nouns, [' developed', ', that was built']),
    ...phrases(['I have been '], ['created', 'trained'], [' by '], makers),
    ...phrases(['OpenAI', "Anthropic's", 'OpenAI’s'], [' '], ['', 'usage '], ['policy', 'guidelines']),
  ]
  expect(missed('identity_leak', alsoLoud(described))).toEqual([])
  const spoken = [
    ...phrases(['As a', 'as an'], [' '], ['AI', ...nouns], [' I', ', my']),
    ...phrases(['as an AI trained by this lab, I']),
    ...phrases(
      ['As ', 'Being '],
      models,
      [', a ', ' '],
      ['large model', 'reasoning model', ...nouns.slice(0, 9)],
    ),
  ]
  expect(missed('identity_leak', spoken)).toEqual([])
})

test('every way of speaking of a reference answer is found', () => {
  const texts = [
    ...phrases(['the ', 'this '], [...known, ...handed], [' '], final, ['answer says', 'answer is 42']),
    ...phrases(['the '], known, [' '], final, ['solution shows', 'answer was right']),
    ...phrases(
      ['matches the ', 'agrees with the ', 'same as the '],
      [...known, ...handed, 'expected'],
      [' '],
      final,
      ['answer'],
    ),
    ...phrases(['the answer '], ['key', 'sheet'], [' lists', ' gives']),
    ...phrases(['this expected '], final, ['answer says', 'solution says']),
    ...phrases(['the '], handed, [' solution claims']),
    ...phrases(['according to the ', 'as per the '], ['answer key', 'answer sheet']),
    ...phrases(['based on the '], [...known, 'provided', 'expected'], [' '], final, ['answer', 'solution']),
    ...phrases(
      ['I', 'we'],
      [' have been', "'ve", ' am', ' were already'],
      [' given', ' told'],
      [' the answer'],
    ),
  ]
  expect(missed('reference_leak', alsoLoud(texts))).toEqual([])
})
