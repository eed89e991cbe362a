import { describe, expect, test } from 'vitest'
import type { Mode } from '../../../schemas/arm.ts'
import type { ReadingRules, ReasoningPlace } from '../../../schemas/probe.ts'
import type { DialectName } from '../../../teachers/dialects/registry.ts'
import { contextOfRefusal } from '../../../teachers/probe/context-length.ts'
import { concludeProbe, type Judged } from '../../../teachers/probe/conclude-probe.ts'
import type { Observed } from '../../../teachers/probe/observed.ts'
import type { ProbePurpose } from '../../../teachers/probe/probe-calls.ts'
import { resolveArm } from '../../../teachers/request/resolve-arm.ts'

/*
 * Bodies as the servers send them, shortened. Every one of them is an answer to the first question, whose answer is 160.
 */

const thought =
  'Okay, so 13 minus 4 is 9. Then 12 times 9 is 108, and 60 plus 108 is 168. Minus 8 that leaves 160. Let me check it once more: 168 - 8 = 160.'
const said = 'The value is \\boxed{160}.'

type Shape = { name: string; message: Record<string, unknown>; places: ReasoningPlace[]; teacher?: string }

const inTags = `<think>\n${thought}\n</think>\n\n${said}`
const shapes: Shape[] = [
  shape('vLLM to 0.11.0', { content: said, reasoning_content: thought, tool_calls: [] }, [
    'reasoning_content',
  ]),
  shape('vLLM 0.11.1 to 0.15', { content: said, reasoning: thought, reasoning_content: thought }, [
    'reasoning',
    'reasoning_content',
  ]),
  shape('vLLM from 0.16', { content: said, reasoning: thought, refusal: null }, ['reasoning']),
  shape(
    'vLLM without a parser, R1',
    { content: `${thought}\n</think>\n\n${said}` },
    ['closing_tag'],
    'deepseek-r1',
  ),
  shape('vLLM without a parser, Qwen3', { content: inTags }, ['think_tags']),
  shape('SGLang', { content: said, reasoning_content: thought, tool_calls: null }, ['reasoning_content']),
  shape('llama.cpp', { content: said, reasoning_content: thought }, ['reasoning_content']),
  shape('llama.cpp, format deepseek-legacy', { content: inTags, reasoning_content: thought }, [
    'reasoning_content',
    'think_tags',
  ]),
  shape('Ollama', { content: said, reasoning: thought }, ['reasoning']),
  shape('Ollama, native field', { content: said, thinking: thought }, ['thinking']),
  shape('LM Studio, setting off', { content: inTags }, ['think_tags']),
  shape('DeepSeek', { content: said, reasoning_content: thought }, ['reasoning_content']),
  shape(
    'OpenRouter',
    {
      content: said,
      reasoning: thought,
      reasoning_details: [{ type: 'reasoning.text', text: thought, format: 'unknown', index: 0 }],
      refusal: null,
    },
    ['reasoning', 'reasoning_details'],
  ),
  shape('Together', { content: said, reasoning: thought, tool_calls: [] }, ['reasoning']),
  shape('Fireworks', { content: said, reasoning_content: thought }, ['reasoning_content']),
  shape(
    'gpt-oss without the parser',
    {
      content: `<|channel|>analysis<|message|>${thought}<|end|><|start|>assistant<|channel|>final<|message|>${said}<|return|>`,
    },
    ['harmony'],
    'gpt-oss',
  ),
  shape('s1', { content: `think\n${thought}\nanswer\n${said}` }, ['thought_markers'], 'generic'),
]

describe.each(shapes)('$name', ({ message, places, teacher }) => {
  test('reasoning is found where it stands', () => {
    const { reasoning, contract, findings } = judge('thinking', teacher, { question: answer(message) })
    expect({ reasoning, contract, findings }).toEqual({
      reasoning: { state: 'reasoned', places, answer_in_reasoning: false },
      contract: { reasoning_in: places, answer_in_reasoning: false },
      findings: [],
    })
  })
})

test.each([
  ['plain', { content: said }],
  ['an empty block before it', { content: `<think>\n\n</think>\n\n${said}` }],
  ['null fields beside it', { content: said, reasoning: null, reasoning_content: null }],
])('off is obeyed: %s', (_name, message) => {
  const { reasoning, contract, findings } = judge('non_thinking', 'qwen3', { question: answer(message) })
  expect({ reasoning, contract, findings }).toEqual({
    reasoning: { state: 'none', places: [], answer_in_reasoning: false },
    contract: { reasoning_in: [], answer_in_reasoning: false },
    findings: [],
  })
})

test('the answer of a thinking that is off slips into the reasoning field, as vLLM before 0.9 has it', () => {
  const slipped = answer({ content: null, reasoning_content: said })
  const judged = judge('non_thinking', 'qwen3', { question: slipped, second_question: slipped })
  expect(judged.contract).toEqual({ reasoning_in: [], answer_in_reasoning: true })
  expect(levelsOf(judged)).toEqual({ answer_in_reasoning: 'note' })
})

test('off that is not obeyed in either answer endangers the run', () => {
  const reasoned = answer({ content: said, reasoning: thought })
  const judged = judge('non_thinking', 'qwen3', { question: reasoned, second_question: reasoned })
  expect(levelsOf(judged)).toEqual({ off_not_obeyed: 'danger' })
  expect(judged.contract).toEqual({ reasoning_in: ['reasoning'], answer_in_reasoning: false })
})

test('off is not obeyed where reasoning is counted and hidden', () => {
  const hidden = answer({ content: said }, { reasoning_tokens: 90 })
  const judged = judge('non_thinking', 'qwen3', { question: hidden, second_question: hidden })
  expect(levelsOf(judged)).toEqual({ off_not_obeyed: 'danger' })
})

test('one answer of two that reasons is a slip of the model and is set aside later on', () => {
  const judged = judge('non_thinking', 'qwen3', {
    question: answer({ content: inTags }),
    second_question: answer({ content: said }),
  })
  expect(levelsOf(judged)).toEqual({ off_at_times: 'warning' })
  expect(judged.contract).toEqual({ reasoning_in: [], answer_in_reasoning: false })
})

test.each([
  ['a block in unknown marks', `<ponder>${thought}</ponder>${said}`, '<ponder>'],
  ['a thought without any mark', `${thought}\n\n${said}`, 'Let me check'],
])('off is not certified where an answer has %s', (_name, content, seen) => {
  const strange = answer({ content })
  const judged = judge('non_thinking', 'qwen3', { question: strange, second_question: strange })
  expect(levelsOf(judged)).toEqual({ unknown_marks: 'danger' })
  expect(judged.findings[0]!.text).toMatch(/^unknown marks: /u)
  expect(judged.findings[0]!.text).toContain(seen)
  expect(judged.contract).toBeNull()
})

test('a question that one word answers gives reasoning away by its length', () => {
  const question = answer({ content: said })
  const billed = answer({ content: 'Yes' }, { completion_tokens: 400 })
  const hidden = judge('non_thinking', 'qwen3', { question, short_question: billed })
  expect(levelsOf(hidden)).toEqual({ off_not_obeyed: 'danger' })
  const talk = answer(
    { content: 'Seven has no divisors but one and itself. '.repeat(30) },
    { completion_tokens: 300 },
  )
  expect(levelsOf(judge('non_thinking', 'qwen3', { question, short_question: talk }))).toEqual({
    long_answer: 'warning',
  })
  const short = answer({ content: 'Yes' }, { completion_tokens: 6 })
  expect(judge('non_thinking', 'qwen3', { question, short_question: short }).findings).toEqual([])
})

test.each([
  ['qwen3', 'danger'],
  ['generic', 'warning'],
])('no reasoning of %s with thinking on is a %s', (teacher, level) => {
  const plain = answer({ content: said })
  const judged = judge('thinking', teacher, { question: plain, second_question: plain })
  expect(levelsOf(judged)).toEqual({ no_reasoning: level })
  expect(judged.contract).toBeNull()
})

test('the second answer settles what the first one left open', () => {
  const judged = judge('thinking', 'qwen3', {
    question: answer({ content: '' }),
    second_question: answer({ content: said, reasoning: thought }),
  })
  expect(judged.reasoning.state).toBe('reasoned')
  expect(judged.findings).toEqual([])
})

test('without any answer nothing is known, and that endangers the run', () => {
  const failed: Observed = {
    ...of('question'),
    ok: false,
    code: 'timeout',
    message: 'no whole answer in 5 s',
  }
  const judged = concludeProbe(armOf('thinking', 'qwen3'), sightings([failed]))
  expect(judged.contract).toBeNull()
  expect(judged.findings.map(({ code, text }) => [code, text])).toEqual([
    ['no_answer', expect.stringContaining('timeout: no whole answer in 5 s') as string],
  ])
})

test('what an earlier probe found stays readable in a thinking arm and not where thinking is off', () => {
  const earlier: ReadingRules = { reasoning_in: ['reasoning_content'], answer_in_reasoning: false }
  const now = { question: answer({ content: said, reasoning: thought }) }
  const thinking = judge('thinking', 'qwen3', now, earlier)
  expect(thinking.contract?.reasoning_in).toEqual(['reasoning', 'reasoning_content'])
  expect(thinking.earlier).toEqual(['reasoning_content'])
  const off = judge('non_thinking', 'qwen3', { question: answer({ content: said }) }, earlier)
  expect(off.contract?.reasoning_in).toEqual([])
})

test.each([
  [
    'length and null content',
    { content: null, reasoning: thought },
    'length',
    48,
    'null',
    'cut_in_think',
    [],
  ],
  ['length and text', { content: 'A part of' }, 'length', 48, 'text', 'cut_in_answer', []],
  ['stop at the limit', { content: 'A part of' }, 'stop', 48, 'text', 'complete', ['cut_unmarked']],
  ['far over the limit', { content: 'A part of' }, 'length', 500, 'text', 'cut_in_answer', ['limit_ignored']],
])('a cut shows as %s', (_name, message, finish, tokens, content, state, codes) => {
  const cut = answer(message, { completion_tokens: tokens }, finish)
  const judged = judge('non_thinking', 'qwen3', { question: answer({ content: said }), cut })
  expect(judged.cut).toMatchObject({ finish_reason: finish, content, finish_state: state })
  expect(Object.keys(levelsOf(judged))).toEqual(codes)
})

test.each([
  ['holds the reasoning', { completion_tokens: 80 }, true, []],
  ['leaves it out', { completion_tokens: 9 }, false, ['reasoning_uncounted']],
])('usage %s', (_name, usage, counts, codes) => {
  const judged = judge('thinking', 'qwen3', {
    question: answer({ content: said, reasoning: thought }, usage),
  })
  expect(judged.usage).toMatchObject({ given: true, counts_reasoning: counts })
  expect(Object.keys(levelsOf(judged))).toEqual(codes)
})

test('usage is missing', () => {
  const body = { ...answer({ content: said }), usage: undefined }
  const judged = judge('non_thinking', 'qwen3', { question: body })
  expect(levelsOf(judged)).toEqual({ usage_missing: 'warning' })
})

const short = (text: string): object => answer({ content: text }, { completion_tokens: 4 })

test('seeds, greedy sampling and several choices that do what they are for', () => {
  const two = { ...(short('a') as { choices: unknown[] }) }
  const judged = judge('non_thinking', 'qwen3', {
    question: answer({ content: said }),
    cut: short('one'),
    cut_again: short('one'),
    cut_other_seed: short('two'),
    several: { ...two, choices: [...two.choices, ...two.choices] },
    top_k: short('greedy'),
    top_k_other_seed: short('greedy'),
    min_p: short('greedy'),
  })
  expect(judged).toMatchObject({
    n: 'taken',
    seed: { same: true, other: true },
    top_k: 'taken',
    min_p: 'taken',
    findings: [],
  })
})

test('all of them ignored', () => {
  const judged = judge('non_thinking', 'qwen3', {
    question: answer({ content: said }),
    cut: short('one'),
    cut_again: short('two'),
    cut_other_seed: short('three'),
    several: short('four'),
    top_k: short('five'),
    top_k_other_seed: short('six'),
  })
  expect(judged).toMatchObject({ n: 'no_effect', seed: { same: false }, top_k: 'no_effect' })
  expect(levelsOf(judged)).toEqual({ top_k_ignored: 'warning' })
})

test('a server that drops top_k and min_p and obeys seeds, as Ollama does, is not taken to know min_p', () => {
  const judged = judge('thinking', 'qwen3', {
    question: answer({ content: said, reasoning: thought }),
    cut: short('one'),
    cut_again: short('one'),
    cut_other_seed: short('two'),
    several: short('one'),
    top_k: short('one'),
    top_k_other_seed: short('two'),
    min_p: short('one'),
  })
  expect(judged).toMatchObject({
    seed: { same: true, other: true },
    n: 'no_effect',
    top_k: 'no_effect',
    min_p: 'no_effect',
  })
})

test('min_p is judged by what it changes where top_k is dropped, and not at all where seeds do not hold', () => {
  const bodies = {
    question: answer({ content: said, reasoning: thought }),
    cut: short('one'),
    cut_again: short('one'),
    cut_other_seed: short('two'),
    top_k: short('one'),
    top_k_other_seed: short('two'),
    min_p: short('greedy'),
  }
  expect(judge('thinking', 'qwen3', bodies)).toMatchObject({ top_k: 'no_effect', min_p: 'taken' })
  const restless = { ...bodies, cut_again: short('three') }
  expect(judge('thinking', 'qwen3', restless)).toMatchObject({ top_k: 'no_effect', min_p: 'unknown' })
})

test('equal texts of two seeds say that seeds are ignored, and nothing of top_k', () => {
  const same = short('always')
  const judged = judge('non_thinking', 'qwen3', {
    question: answer({ content: said }),
    cut: same,
    cut_again: same,
    cut_other_seed: same,
    top_k: same,
    top_k_other_seed: same,
  })
  expect(judged).toMatchObject({ seed: { same: true, other: false }, top_k: 'unknown' })
  expect(levelsOf(judged)).toEqual({ seeds_alike: 'warning' })
})

test.each([
  ['parameter', 'refused'],
  ['http_400', 'refused'],
  ['http_422', 'refused'],
  ['timeout', 'unknown'],
])('a failure %s to take n is %s', (code, taken) => {
  const failed: Observed = { ...of('several'), ok: false, code, message: 'no' }
  const observed = [{ ...of('question'), ok: true as const, body: answer({ content: said }) }, failed]
  expect(concludeProbe(armOf('non_thinking', 'qwen3'), sightings(observed)).n).toBe(taken)
})

test.each([
  ["This model's maximum context length is 40960 tokens. However, you requested 100000132 tokens", 40_960],
  [
    "'max_tokens' or 'max_completion_tokens' is too large: 100000000. This model's maximum context length is 32768 tokens and your request has 58 input tokens.",
    32_768,
  ],
  ["Requested token count exceeds the model's maximum context length of 131072 tokens.", 131_072],
  ["The input (9000 tokens) is longer than the model's context length (8192 tokens).", 8192],
  ['request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it', 4096],
  ['the request exceeds the available context size, try increasing it (n_ctx 8192)', 8192],
  ['the input length exceeds the context length', null],
  ['max_tokens must be at least 1, got -186', null],
])('%s', (message, tokens) => {
  expect(contextOfRefusal(message)).toBe(tokens)
})

test.each<[DialectName, number, string[]]>([
  ['vllm', 40_960, ['context_tight']],
  ['vllm', 38_912, ['context_too_small']],
  ['vllm', 131_072, []],
  ['llamacpp', 8192, ['context_tight']],
])('40,000 tokens at a %s server with a context of %i', (dialect, tokens, codes) => {
  const arm = { ...armOf('non_thinking', 'qwen3') }
  const sized = { ...arm, sampling: { ...arm.sampling, max_tokens: 40_000 } }
  const observed: Observed[] = [{ ...of('question'), ok: true, body: answer({ content: said }) }]
  const facts = { software: '', version: '', contexts: { m: tokens }, context: null }
  const judged = concludeProbe(sized, { dialect, observed, facts, stream: null, earlier: null })
  expect(judged.context).toEqual({ tokens, from: 'server' })
  expect(judged.findings.map(({ code }) => code)).toEqual(codes)
})

function shape(
  name: string,
  message: Record<string, unknown>,
  places: ReasoningPlace[],
  teacher = 'qwen3',
): Shape {
  return { name, message, places, teacher }
}

function answer(message: Record<string, unknown>, usage: object = {}, finish = 'stop'): object {
  return {
    id: 'a',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 40, completion_tokens: 80, ...usage },
  }
}

function of(purpose: ProbePurpose): { purpose: ProbePurpose; limit: number } {
  return { purpose, limit: purpose.endsWith('question') ? 4096 : 48 }
}

function armOf(mode: Mode, teacher: string) {
  const base = { role: 'r', teacher, model: 'm', endpoint: 'e', mode, sampling: { top_k: 20 } }
  return resolveArm('a', base)
}

function sightings(observed: Observed[], earlier: ReadingRules | null = null) {
  return {
    dialect: 'vllm' as const,
    observed,
    facts: { software: '', version: '', contexts: {}, context: null },
    stream: null,
    earlier,
  }
}

function judge(
  mode: Mode,
  teacher: string | undefined,
  bodies: Partial<Record<ProbePurpose, unknown>>,
  earlier: ReadingRules | null = null,
): Judged {
  const observed: Observed[] = []
  for (const [purpose, body] of Object.entries(bodies))
    observed.push({ ...of(purpose as ProbePurpose), ok: true, body })
  return concludeProbe(armOf(mode, teacher ?? 'qwen3'), sightings(observed, earlier))
}

function levelsOf({ findings }: Judged): Record<string, string> {
  return Object.fromEntries(findings.map(({ code, level }) => [code, level]))
}
