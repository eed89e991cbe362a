import { expect, test } from 'vitest'
import type { Usage } from '../../schemas/trace.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { completion } from './support/loopback.ts'

const thinking = { mode: 'thinking' } as const
const answering = { mode: 'non_thinking' } as const

function read(
  message: Record<string, unknown>,
  finishReason: string | null = 'stop',
  asked: typeof thinking | typeof answering = thinking,
) {
  return readAnswer(completion(message, finishReason), asked)
}

test.each([
  ['reasoning', { reasoning: 'r' }],
  ['reasoning_content', { reasoning_content: 'r' }],
  ['thinking', { thinking: 'r' }],
  [
    'reasoning_details',
    {
      reasoning_details: [
        { type: 'reasoning.encrypted', data: 'x' },
        { type: 'reasoning.text', text: 'r' },
      ],
    },
  ],
])('reasoning comes in the field %s', (source, fields) => {
  expect(read({ content: '\n\na', ...fields })).toMatchObject({
    reasoning: 'r',
    answer: 'a',
    reasoning_source: source,
    reasoning_state: 'reasoned',
    finish_state: 'complete',
  })
})

test('the same reasoning in several fields and in tags is one reasoning', () => {
  const message = { content: '<think>\nr\n</think>\n\na', reasoning: 'r', reasoning_content: 'r' }
  expect(read(message)).toMatchObject({ reasoning: 'r', answer: 'a', finish_state: 'complete' })
})

test('empty fields before a filled one do not count', () => {
  expect(read({ content: 'a', reasoning: null, reasoning_content: '', thinking: 'r' })).toMatchObject({
    reasoning: 'r',
    reasoning_source: 'thinking',
  })
})

test('a rest of tags beside a reasoning field is taken off', () => {
  expect(read({ content: '</think>\n\na', reasoning: 'r' })).toMatchObject({
    reasoning: 'r',
    answer: 'a',
    finish_state: 'complete',
  })
})

test('a reasoning that the parser cut in two is damaged', () => {
  expect(read({ content: 'and more </think> a', reasoning: 'r' })).toMatchObject({
    answer: 'a',
    finish_state: 'tag_damaged',
  })
})

test.each([
  ['<think>\nr\n</think>\n\na', 'think_tags', 'r', 'a', 'complete'],
  ['  <think>r</think>a', 'think_tags', 'r', 'a', 'complete'],
  ['r\n</think>\n\na', 'closing_tag', 'r', 'a', 'complete'],
  ['<thinking>r</thinking>a', 'think_tags', 'r', 'a', 'complete'],
  ['[THINK]r[/THINK]a', 'think_tags', 'r', 'a', 'complete'],
  [
    '<|begin_of_thought|>\nr\n<|end_of_thought|>\n<|begin_of_solution|>\na\n<|end_of_solution|>',
    'thought_markers',
    'r',
    'a',
    'complete',
  ],
  ['think\nr\nanswer\na', 'thought_markers', 'r', 'a', 'complete'],
  ['<|im_start|>think\nr\n<|im_start|>answer\na', 'thought_markers', 'r', 'a', 'complete'],
  ['think\nr', 'thought_markers', 'r', '', 'stop_in_think'],
  ['<think>r</think>\n<think>s</think>\na', 'think_tags', 'r\n\ns', 'a', 'complete'],
  ['<think>\n\n</think>\n<think>s</think>\na', 'think_tags', 's', 'a', 'complete'],
  ['<think>r <think> s</think>a', 'think_tags', 'r <think> s', 'a', 'complete'],
  ['<think>say `</think>` at last\n</think>\na', 'think_tags', 'say `</think>` at last', 'a', 'complete'],
  ['<think>say "</think>" at last\n</think>\na', 'think_tags', 'say "</think>" at last', 'a', 'complete'],
  ['<think>r</think>a uses `<think>` tags', 'think_tags', 'r', 'a uses `<think>` tags', 'complete'],
  ['<think>r</think>a<think>s</think>b', 'think_tags', 'r', 'a<think>s</think>b', 'tag_damaged'],
  ['<think>r</think>s</think>a', 'think_tags', 'r', 's</think>a', 'tag_damaged'],
  ['a <think>r</think> b', 'closing_tag', 'a <think>r', 'b', 'tag_damaged'],
  ['&lt;think&gt;r\n&lt;/think&gt;\na', 'think_tags', 'r', 'a', 'tag_damaged'],
  ['<think>r\n< /think >\na', 'think_tags', 'r', 'a', 'tag_damaged'],
  ['r\n＜/think＞\na', 'closing_tag', 'r', 'a', 'tag_damaged'],
])('content %j is %s', (content, source, reasoning, answer, state) => {
  expect(read({ content })).toMatchObject({
    reasoning,
    answer,
    reasoning_source: source,
    finish_state: state,
  })
})

test.each([
  [
    '<|channel|>analysis<|message|>r<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>',
    'r',
    'a',
    'complete',
  ],
  [
    '<|start|>assistant<|channel|>analysis<|message|>r<|end|><|start|>assistant<|channel|>analysis<|message|>s<|end|><|start|>assistant<|channel|>final<|message|>a',
    'r\n\ns',
    'a',
    'complete',
  ],
  [
    '<|channel|>analysis<|message|>then <|end|> and <|channel|> come<|end|><|start|>assistant<|channel|>final<|message|>a<|return|>',
    'then <|end|> and <|channel|> come',
    'a',
    'complete',
  ],
  ['analysisWe add.assistantfinala', 'We add.', 'a', 'complete'],
  ['<|channel|>final<|message|>a<|return|>', '', 'a', 'complete'],
  ['<|channel|>analysis<|message|>r', 'r', '', 'stop_in_think'],
])('raw harmony %j is read', (content, reasoning, answer, state) => {
  expect(read({ content })).toMatchObject({
    reasoning,
    answer,
    reasoning_source: 'harmony',
    finish_state: state,
  })
})

test.each([
  ['reasoning and no answer, cut', { content: null, reasoning: 'r' }, 'length', 'cut_in_think'],
  ['reasoning and no answer, stopped', { content: '', reasoning: 'r' }, 'stop', 'stop_in_think'],
  ['an open tag, cut', { content: '<think>r' }, 'length', 'cut_in_think'],
  ['an open tag, end unknown', { content: '<think>r' }, null, 'cut_in_think'],
  ['an open tag, stopped', { content: '<think>r' }, 'stop', 'stop_in_think'],
  ['a closed block and no answer, cut', { content: '<think>r</think>' }, 'length', 'cut_in_answer'],
  ['a closed block and no answer, stopped', { content: '<think>r</think>\n' }, 'stop', 'stop_in_think'],
  ['an answer, cut', { content: 'a', reasoning: 'r' }, 'length', 'cut_in_answer'],
  ['a harmony analysis, cut', { content: '<|channel|>analysis<|message|>r' }, 'length', 'cut_in_think'],
  ['nothing', { content: null }, 'stop', 'empty'],
  ['an empty block and nothing', { content: '<think>\n\n</think>\n\n' }, 'stop', 'empty'],
  ['a moderated answer', { content: 'par' }, 'content_filter', 'refusal'],
  ['a refusal field', { content: null, refusal: 'No.' }, 'stop', 'refusal'],
  ['a refusal in words', { content: "I'm sorry, but I can't help with that." }, 'stop', 'refusal'],
  [
    'a problem without a solution',
    { content: 'I cannot determine the answer from this.' },
    'stop',
    'complete',
  ],
  ['a generation that broke off', { content: 'par' }, 'error', 'api_error'],
])('the end of %s is judged', (_name, message, finishReason, state) => {
  expect(read(message, finishReason).finish_state).toBe(state)
})

test('text that is cut before any mark is reasoning, unless the server took the reasoning off', () => {
  const body = completion({ content: 'Okay, let me see. The' }, 'length')
  expect(readAnswer(body, thinking)).toMatchObject({
    reasoning: 'Okay, let me see. The',
    answer: '',
    finish_state: 'cut_in_think',
  })
  const counted = {
    ...body,
    usage: { completion_tokens: 16, completion_tokens_details: { reasoning_tokens: 9 } },
  }
  expect(readAnswer(counted, thinking)).toMatchObject({ reasoning: '', finish_state: 'cut_in_answer' })
  const all = { ...body, usage: { completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 9 } } }
  expect(readAnswer(all, thinking)).toMatchObject({ answer: '', finish_state: 'cut_in_think' })
  expect(readAnswer(body, answering)).toMatchObject({ reasoning: '', finish_state: 'cut_in_answer' })
})

test.each([
  [{ content: 'a', reasoning: 'r' }, thinking, 'reasoned'],
  [{ content: '<think>\n\n</think>\n\na' }, thinking, 'empty_think_block'],
  [{ content: 'a', reasoning_content: '\n\n' }, thinking, 'empty_think_block'],
  [{ content: 'a' }, thinking, 'none_returned'],
  [{ content: 'a' }, answering, 'none'],
  [{ content: '<think>r</think>a' }, answering, 'reasoned'],
])('the state of reasoning in %j is told apart', (message, asked, state) => {
  expect(read(message, 'stop', asked)).toMatchObject({ answer: 'a', reasoning_state: state })
})

test('with thinking off, an answer in the reasoning field is the answer, and the field is named', () => {
  expect(read({ content: null, reasoning_content: 'a' }, 'stop', answering)).toMatchObject({
    reasoning: '',
    answer: 'a',
    reasoning_source: 'reasoning_content',
    reasoning_state: 'none',
    finish_state: 'complete',
  })
})

test('content in parts is joined', () => {
  expect(
    read({
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      reasoning: 'r',
    }).answer,
  ).toBe('ab')
})

test('the indentation of the first line of an answer stays, half surrogate pairs do not', () => {
  expect(read({ content: '\n\n    x = 1\n\ud800 ', reasoning: 'r' }).answer).toBe('    x = 1\n\ufffd')
})

test('a space that the tokenizer put before an answer goes', () => {
  expect(read({ content: ' 4', reasoning: 'r' }).answer).toBe('4')
})

test.each([undefined, null, 'text', {}, { choices: [] }, { choices: [{}] }, { error: { message: 'm' } }])(
  '%j has no usable response',
  (body) => {
    expect(readAnswer(body, thinking)).toMatchObject({ reasoning: '', answer: '', finish_state: 'api_error' })
  },
)

test('usage is read by each name that servers give it', () => {
  expect(
    usage({
      prompt_tokens: 1,
      completion_tokens: 5,
      completion_tokens_details: { reasoning_tokens: 3 },
      prompt_tokens_details: { cached_tokens: 4 },
    }),
  ).toEqual({ prompt_tokens: 1, completion_tokens: 5, reasoning_tokens: 3, cached_tokens: 4 })
  expect(usage({ reasoning_tokens: 3, prompt_cache_hit_tokens: 4 })).toEqual({
    prompt_tokens: null,
    completion_tokens: null,
    reasoning_tokens: 3,
    cached_tokens: 4,
  })
  const cached = { inputTokens: 10, outputTokens: 50, totalTokens: 165 }
  expect(usage({ ...cached, cacheReadInputTokens: 100, cacheWriteInputTokens: 5 })).toEqual({
    prompt_tokens: 115,
    completion_tokens: 50,
    reasoning_tokens: null,
    cached_tokens: 100,
  })
  const beside = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, reasoning_tokens: 500 }
  expect(usage(beside)).toMatchObject({ completion_tokens: 500, reasoning_tokens: 500 })
  expect(usage({ prompt_tokens: -1, completion_tokens: 'two' })).toMatchObject({
    prompt_tokens: null,
    completion_tokens: null,
  })
})

test('who answered is passed on', () => {
  const body = { ...completion({ content: 'a' }), provider: 'P' }
  expect(readAnswer(body, answering)).toMatchObject({
    served_model: 'served-model',
    provider: 'P',
    response_id: 'cmpl-1',
    finish_reason: 'stop',
  })
})

function usage(value: unknown): Usage {
  return readAnswer({ usage: value }, thinking).usage
}
