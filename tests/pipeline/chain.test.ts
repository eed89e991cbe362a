import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { followChain, type ChainEnd } from '../../pipeline/stages/generate/chain.ts'
import { sampleKey, sampleSeed, type Arm, type Truncation } from '../../schemas/arm.ts'
import type { Outcome } from '../../schemas/journal.ts'
import { buildRequest } from '../../teachers/request/build-request.ts'
import type { DialectName } from '../../teachers/dialects/registry.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'
import { ReplyShapeName as ServerShape } from '../../simulators/teacher/reply-shapes/reply-shape.ts'
import { question, teacher, type Teacher } from '../simulators/teacher/ask.ts'

type Sample = Parameters<typeof followChain>[0]

function sampleOf(fields: Record<string, unknown> = {}, dialect: DialectName = 'vllm'): Sample {
  const arm = resolveArm(
    'a',
    RecipeArm.parse({
      role: 'a',
      teacher: 'qwen3',
      model: 'qwen3-8b',
      endpoint: 'e',
      max_tokens: 100,
      ...fields,
    }),
  )
  const request = buildRequest(arm, dialect, question(3))
  return { key: sampleKey(request, arm, 0), arm, rules: undefined, dialect, request }
}

const raise = { policy: 'raise', max_tokens: [200, 400] } satisfies Truncation
const goOn = { policy: 'continue', max_tokens: 250, rounds: 2 } satisfies Truncation

const line = { key: 'k', problem_id: 'p', arm: 'a', sample_index: 0, at: 0, attempts: [] }

function answered(message: Record<string, string>, finish: 'stop' | 'length', tokens = 100): Outcome {
  const usage = { prompt_tokens: 10, completion_tokens: tokens }
  return { type: 'answered', ...line, body: { choices: [{ message, finish_reason: finish }], usage } }
}

function failed(code: string, retryable = false): Outcome {
  return { type: 'failed', ...line, code, message: 'm', retryable }
}

function endOf(sample: Sample, outcomes: Outcome[]): ChainEnd {
  const chain = followChain(sample, outcomes)
  if (!chain.end) throw new Error(`the chain goes on with step ${chain.next.number}`)
  return chain.end
}

/** The message that goes back to the server after these outcomes. */
function sentBack(sample: Sample, outcomes: Outcome[]): string {
  return followChain(sample, outcomes).next!.request.messages.at(-1)!.content
}

const cutThought = answered({ reasoning: 'One and', content: '' }, 'length')

test('the first step is the sample itself, whatever the policy', () => {
  for (const truncated of [undefined, raise, goOn]) {
    const sample = sampleOf(truncated && { truncated })
    const { next } = followChain(sample, [])
    expect(next).toEqual({ number: 0, key: sample.key, request: sample.request })
    expect(next!.key).toBe(followChain(sampleOf(), []).next!.key)
  }
})

test('an answer that was not cut off ends the chain under every policy', () => {
  const whole = answered({ reasoning: 'One and one.', content: '2' }, 'stop')
  for (const truncated of [undefined, raise, goOn])
    expect(endOf(sampleOf(truncated && { truncated }), [whole])).toMatchObject({
      truncation: 'none',
      steps: 1,
      cut: false,
    })
})

test('keep leaves a cut answer as it is', () => {
  expect(endOf(sampleOf(), [cutThought])).toMatchObject({ truncation: 'kept', steps: 1, cut: true })
})

test('raise asks the same with one limit after the other, and the last answer counts', () => {
  const sample = sampleOf({ truncated: raise })
  const second = followChain(sample, [cutThought]).next!
  expect(second.request).toEqual({ ...sample.request, max_tokens: 200 })
  const third = followChain(sample, [cutThought, cutThought]).next!
  expect(third.request).toEqual({ ...sample.request, max_tokens: 400 })
  expect(new Set([sample.key, second.key, third.key]).size).toBe(3)

  const whole = answered({ reasoning: 'One and one.', content: '2' }, 'stop', 150)
  const end = endOf(sample, [cutThought, whole])
  expect(end).toMatchObject({ truncation: 'raised', steps: 2, cut: true })
  expect(end.read).toMatchObject({ answer: '2', finish_state: 'complete', usage: { completion_tokens: 150 } })
  expect(endOf(sample, [cutThought, cutThought, cutThought])).toMatchObject({
    truncation: 'raised',
    steps: 3,
  })
})

test('a limit that has another name in the request is raised there', () => {
  const extra_body = { max_completion_tokens: 150 }
  const sample = sampleOf({ truncated: raise, extra_body })
  const { request } = followChain(sample, [cutThought]).next!
  expect(request).toMatchObject({ max_completion_tokens: 200 })
  expect(request).not.toHaveProperty('max_tokens')
  const further = followChain(sampleOf({ truncated: goOn, extra_body }), [cutThought]).next!
  expect(further.request).toMatchObject({ max_completion_tokens: 150 })
  expect(() => sampleOf({ truncated: { ...raise, max_tokens: 120 }, extra_body })).toThrow(
    'max_tokens 120 must go up from the 150 of the first request',
  )
})

test.each([
  ['does not fit the context', failed('context_length')],
  ['is refused', failed('http_400')],
  ['fails for now', failed('http_503', true)],
  ['brings no text', answered({ content: '' }, 'stop')],
])('where a raised request %s, what was there before stands and says so', (_name, outcome) => {
  const end = endOf(sampleOf({ truncated: raise }), [cutThought, outcome])
  expect(end).toMatchObject({ truncation: 'step_failed', steps: 2, cut: true, outcome: cutThought })
  expect(end.read).toMatchObject({ reasoning: 'One and', finish_state: 'cut_in_think' })
})

test('a continuation has what is left of the total, at most the limit of the first request', () => {
  const sample = sampleOf({ truncated: goOn })
  const second = followChain(sample, [cutThought]).next!
  expect(second.request).toMatchObject({
    max_tokens: 100,
    continue_final_message: true,
    add_generation_prompt: false,
  })
  const third = followChain(sample, [cutThought, cutThought]).next!
  expect(third.request).toMatchObject({ max_tokens: 50 })
  expect(endOf(sample, [cutThought, cutThought, cutThought])).toMatchObject({
    truncation: 'continued',
    steps: 3,
    read: { finish_state: 'cut_in_think', usage: { completion_tokens: 300, prompt_tokens: 10 } },
  })
  const narrow = sampleOf({ truncated: { ...goOn, rounds: 1 } })
  expect(endOf(narrow, [cutThought, cutThought])).toMatchObject({ truncation: 'continued', steps: 2 })
})

test('the text goes back as the model wrote it', () => {
  const sample = sampleOf({ truncated: goOn })
  const cutAnswer = answered({ reasoning: '\nOne and one.\n', content: '\n\nIt is ' }, 'length')
  expect(sentBack(sample, [cutThought])).toBe('<think>\nOne and')
  expect(sentBack(sample, [cutAnswer])).toBe('<think>\nOne and one.\n</think>\n\nIt is ')
  const inline = answered({ content: '<think>\nOne and one.\n</think>\n\nIt is ' }, 'length')
  expect(sentBack(sample, [inline])).toBe('<think>\nOne and one.\n</think>\n\nIt is ')
  const opened = answered({ content: 'One and' }, 'length')
  expect(sentBack(sample, [opened])).toBe('<think>\nOne and')
  const plain = sampleOf({ truncated: goOn, mode: 'non_thinking' })
  expect(sentBack(plain, [answered({ content: 'It is ' }, 'length')])).toBe('It is ')
  const misplaced = answered({ reasoning_content: 'It is ', content: '' }, 'length')
  expect(sentBack(plain, [misplaced])).toBe('It is ')
})

test.each([
  ['a parser that wants both tags', { content: ' one.\n</think>\n\nIt is 2.' }],
  ['a parser that knows the reasoning is open', { reasoning: ' one.\n', content: '\n\nIt is 2.' }],
  ['tags in the content beside the field', { reasoning: ' one.', content: ' one.\n</think>\n\nIt is 2.' }],
  ['the words sent given back', { content: '<think>\nOne and one.\n</think>\n\nIt is 2.' }],
])('reasoning that goes on is told from the answer: %s', (_name, message) => {
  const end = endOf(sampleOf({ truncated: goOn }), [cutThought, answered(message, 'stop', 20)])
  expect(end).toMatchObject({ truncation: 'continued', steps: 2 })
  expect(end.read).toMatchObject({
    reasoning: 'One and one.',
    answer: 'It is 2.',
    reasoning_source: 'reasoning',
    finish_state: 'complete',
    usage: { completion_tokens: 120 },
  })
})

test('reasoning that goes on and is cut again without any mark stays reasoning', () => {
  const sample = sampleOf({ truncated: goOn })
  const again = answered({ content: ' one and' }, 'length')
  expect(sentBack(sample, [cutThought, again])).toBe('<think>\nOne and one and')
})

test('an answer that goes on is the answer, whichever field the parser puts it into', () => {
  const cutAnswer = answered({ reasoning: 'One and one.', content: 'It is' }, 'length')
  for (const message of [{ content: ' 2.' }, { reasoning: ' 2.', content: '' }]) {
    const { read } = endOf(sampleOf({ truncated: goOn }), [cutAnswer, answered(message, 'stop')])
    expect(read).toMatchObject({ reasoning: 'One and one.', answer: 'It is 2.', finish_state: 'complete' })
  }
})

const llamaCut = answered({ reasoning_content: 'The user asks for', content: '' }, 'length', 12)

test.each([
  ['a model with a switch', { teacher: 'qwen3' }],
  ['a model that always reasons', { teacher: 'deepseek-r1' }],
])('llama.cpp gets reasoning back in its field, and repeats it: %s', (_name, fields) => {
  const sample = sampleOf({ ...fields, truncated: goOn }, 'llamacpp')
  const second = followChain(sample, [llamaCut]).next!.request
  expect(second.messages.at(-1)).toEqual({
    role: 'assistant',
    content: '',
    reasoning_content: 'The user asks for',
  })
  expect(second).not.toHaveProperty('continue_final_message')
  const cutAgain = answered(
    { content: 'Rome is', reasoning_content: 'The user asks for Rome.\n' },
    'length',
    12,
  )
  const third = followChain(sample, [llamaCut, cutAgain]).next!.request
  expect(third.messages.at(-1)).toEqual({
    role: 'assistant',
    content: 'Rome is',
    reasoning_content: 'The user asks for Rome.',
  })
  const whole = answered(
    { content: 'Rome is famous for its art.', reasoning_content: 'The user asks for Rome.\n\n' },
    'stop',
    11,
  )
  const end = endOf(sample, [llamaCut, cutAgain, whole])
  expect(end).toMatchObject({ truncation: 'continued', steps: 3 })
  expect(end.read).toMatchObject({
    reasoning: 'The user asks for Rome.',
    answer: 'Rome is famous for its art.',
    finish_state: 'complete',
    usage: { completion_tokens: 35 },
  })
})

test('llama.cpp without its parser repeats the reasoning with the tag that the template wrote', () => {
  const sample = sampleOf({ truncated: goOn }, 'llamacpp')
  const first = answered({ content: 'The user asks for' }, 'length')
  expect(followChain(sample, [first]).next!.request.messages.at(-1)).toMatchObject({
    content: '',
    reasoning_content: 'The user asks for',
  })
  const whole = answered({ content: '<think>\nThe user asks for Rome.\n</think>\n\nRome.' }, 'stop')
  expect(endOf(sample, [first, whole]).read).toMatchObject({
    reasoning: 'The user asks for Rome.',
    answer: 'Rome.',
    finish_state: 'complete',
  })
})

test('a server that begins anew instead of going on leaves the cut answer as it was', () => {
  const sample = sampleOf({ teacher: 'deepseek-r1', truncated: goOn }, 'llamacpp')
  const anew = answered({ reasoning_content: 'Italy it is.', content: 'Rome.' }, 'stop')
  const end = endOf(sample, [llamaCut, anew])
  expect(end).toMatchObject({ truncation: 'step_failed', steps: 2, outcome: llamaCut })
  expect(end.read).toMatchObject({ reasoning: 'The user asks for', finish_state: 'cut_in_think' })
})

test('an answer without reasoning that llama.cpp goes on with is not doubled', () => {
  const sample = sampleOf({ mode: 'non_thinking', truncated: goOn }, 'llamacpp')
  const first = answered({ content: 'The capital of France is the city of' }, 'length')
  expect(sentBack(sample, [first])).toBe('The capital of France is the city of')
  const whole = answered({ content: 'The capital of France is the city of Paris.' }, 'stop', 3)
  expect(endOf(sample, [first, whole]).read).toMatchObject({
    answer: 'The capital of France is the city of Paris.',
    usage: { completion_tokens: 103 },
  })
})

test.each([
  ['harmony channels', { content: '<|channel|>analysis<|message|>One and' }],
  ['marks of other templates', { content: '<|begin_of_thought|>One and' }],
])('a text with %s is not sent back', (_name, message) => {
  const end = endOf(sampleOf({ truncated: goOn }), [answered(message, 'length')])
  expect(end).toMatchObject({ truncation: 'kept', steps: 1, cut: true })
})

test('a text whose reasoning the server kept is not sent back', () => {
  const body = {
    choices: [{ message: { content: 'It is' }, finish_reason: 'length' }],
    usage: { completion_tokens: 100, completion_tokens_details: { reasoning_tokens: 95 } },
  }
  const end = endOf(sampleOf({ truncated: goOn }), [{ type: 'answered', ...line, body }])
  expect(end).toMatchObject({ truncation: 'kept', read: { finish_state: 'cut_in_answer' } })
})

/** Asks a server for everything that a chain wants. */
async function ask(server: Teacher, sample: Sample): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (;;) {
    const { next } = followChain(sample, outcomes)
    if (!next) return outcomes
    const response = await server.post({ ...next.request, seed: sampleSeed(sample.key) })
    expect(response.status).toBe(200)
    outcomes.push({ type: 'answered', ...line, body: await response.json() })
  }
}

const shapes = ServerShape.options.filter((shape) => shape !== 'harmony_raw')

test.each(shapes)(
  'cut anywhere and continued, an answer of a %s server is the uncut one',
  async (dialect) => {
    await using server = await teacher({ spoil_scale: 0, dialect, length_scale: 0.2 })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Arm['mode']>('thinking', 'non_thinking'),
        fc.integer({ min: 3, max: 400 }),
        async (mode, max_tokens) => {
          const uncut = sampleOf({ mode, max_tokens: 100_000 })
          const truncated = { policy: 'continue', max_tokens: 100_000, rounds: 1000 }
          const cut = { ...sampleOf({ mode, max_tokens, truncated }), key: uncut.key }
          const outcomes = await ask(server, cut)
          const end = endOf(cut, outcomes)
          const [whole] = await ask(server, uncut)
          const {
            usage: _usage,
            response_id: _id,
            ...expected
          } = readAnswer(whole!.type === 'answered' && whole!.body, uncut.arm)
          expect(end.read).toMatchObject(expected)
          expect(end.steps).toBe(outcomes.length)
          expect(end.truncation).toBe(outcomes.length === 1 ? 'none' : 'continued')
          // However far it is known, the chain asks for the step that was asked for.
          for (let known = 1; known < outcomes.length; known++)
            expect(followChain(cut, outcomes.slice(0, known)).next?.number).toBe(known)
        },
      ),
      { numRuns: 12, seed: 1 },
    )
  },
)
