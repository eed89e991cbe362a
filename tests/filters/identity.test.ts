import { describe, expect, test } from 'vitest'
import { reasonsOf } from './sample.ts'

const inAnswer = (answer: string, prompt = 'How much is 6 times 7?') =>
  reasonsOf('identity', {}, { prompt, trace: { answer } })
const inReasoning = (reasoning: string, prompt = 'How much is 6 times 7?') =>
  reasonsOf('identity', {}, { prompt, trace: { reasoning } })

describe('identity_leak', () => {
  test.each([
    'Hello! I am Qwen, created by Alibaba Cloud. The answer is 42.',
    'My name is DeepSeek-R1.',
    "I'm ChatGPT, and the answer is 42.",
    'We are ChatGPT, a large language model trained by OpenAI.',
    'I am Claude, an AI assistant.',
    'As an AI language model, I see no figure.',
    'As an AI developed by Google, I do not have feelings.',
    'I was developed by DeepSeek to help.',
    'This does not break OpenAI policy, so we answer.',
    '我是通义千问，由阿里云开发。',
    '我是由深度求索公司开发的人工智能助手。',
    '作为一个人工智能语言模型，我无法查看图片。',
    'As DeepSeek-R1, a model developed by DeepSeek, I give a clear answer.',
    'Being Qwen3, an AI assistant, I can say so.',
  ])('finds %j', (text) => {
    expect(inAnswer(text)).toEqual(['identity_leak'])
    expect(inReasoning(text)).toEqual(['identity_leak'])
  })

  test.each([
    '"I am Claude," said the painter, and bought 6 brushes.',
    'I am Gemini by birth sign. My name is Phi.',
    'The Llama eats 7 kg a day.',
    'As an airline, we sell 42 seats.',
    'As an AI researcher she earns 42 euros an hour.',
    'OpenAI was founded in 2015, and Qwen is a model family.',
    'I am a language teacher trained by experience.',
    'The model was trained by Google on 42 examples.',
    '我是小明，今年七岁。',
    'As Qwen models go, this one is small.',
  ])('keeps %j', (text) => {
    expect(inAnswer(text)).toEqual([])
  })

  test('finds a name behind one that the prompt speaks of', () => {
    const prompt = 'Is DeepSeek older than its rivals?'
    expect(reasonsOf('identity', {}, { prompt, trace: { answer: 'I am DeepSeek.' } })).toEqual([])
    const answer = 'I am DeepSeek. No, wait: I am Qwen.'
    expect(reasonsOf('identity', {}, { prompt, trace: { answer } })).toEqual(['identity_leak'])
  })

  test('does not hold against a trace what the prompt speaks of', () => {
    expect(inAnswer('I am Qwen.', 'You play a robot called Qwen. Who are you?')).toEqual([])
    expect(
      inAnswer('As an AI language model, I would say so.', 'Write what an AI assistant would say.'),
    ).toEqual([])
  })
})

describe('refusal_text', () => {
  test.each([
    "I'm sorry, but I can't help with that.",
    'I’m sorry, but I can’t assist with this request.',
    'I cannot help with this request.',
    'Sorry, but I am unable to provide that.',
    'I apologize, but I cannot answer this question.',
    '抱歉，我无法回答这个问题。',
  ])('finds %j at the start of an answer', (answer) => {
    expect(inAnswer(answer)).toEqual(['refusal_text'])
  })

  test.each([
    "I can't help but notice that 6 times 7 is 42.",
    'Sorry, I made an error above: the product is 42.',
    "I'm sorry for the confusion. The answer is 42.",
    'I cannot find an integer solution, so there is none.',
    "She said: I'm sorry, but I can't help with that. So 6 remain.",
    'The product is 42. I cannot help with the rest.',
  ])('keeps %j', (answer) => {
    expect(inAnswer(answer)).toEqual([])
  })
})

describe('reference_leak', () => {
  test.each([
    'Since the given answer is 42, I should arrive there.',
    'The reference answer says 42.',
    'This matches the expected answer.',
    'The ground truth answer is $42$.',
    'The official solution states that it is 42.',
    'I was given the correct answer, so I only explain it.',
    'The answer key says 42.',
    '参考答案是42。',
    'According to the answer key, that step is needed.',
    'Judging by the reference solution, this is right.',
    'But the ground truth answer is different, so I made a mistake.',
    'The expected answer gives something else.',
    'The provided solution says the same.',
  ])('finds %j', (text) => {
    expect(inReasoning(text)).toEqual(['reference_leak'])
  })

  test.each([
    'The correct answer is 42.',
    'Maybe the expected answer is 42, as such problems go.',
    'The expected answer is an integer.',
    'The given solution of salt has 42 grams.',
    'The reference solution has a concentration of 42 per cent.',
    'Among the provided answer choices, 42 fits.',
    'That agrees with the given answer choices.',
    'We are given the answer choices 6, 7 and 42.',
    'The given numbers are 6 and 7, so the answer is 42.',
    'The provided data matches the expected value.',
    'The given solution gives off heat and shows a pH of 3.',
    'According to the provided solution of salt, 42 grams are dissolved.',
    'According to the expected answer format, a number is asked for.',
  ])('keeps %j', (text) => {
    expect(inReasoning(text)).toEqual([])
  })

  test('lets a trace speak of an answer that the prompt gives', () => {
    const text = 'The given answer is 42, which is right.'
    expect(inReasoning(text, 'Check the following solution: 6 times 7 is 42.')).toEqual([])
    expect(inReasoning(text, "A student's answer is 42. Is it right?")).toEqual([])
    expect(inReasoning(text, 'Give your answer as a number. How much is 6 times 7?')).toEqual([
      'reference_leak',
    ])
  })
})

test('each kind can be kept', () => {
  const trace = {
    reasoning: 'I am Qwen. The given answer is 42.',
    answer: "I'm sorry, but I can't help with that.",
  }
  expect(reasonsOf('identity', {}, { trace })).toEqual(['identity_leak', 'refusal_text', 'reference_leak'])
  expect(reasonsOf('identity', { identity: 'keep', refusal: 'keep', reference: 'keep' }, { trace })).toEqual(
    [],
  )
})
