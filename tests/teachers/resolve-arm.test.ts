import { expect, test } from 'vitest'
import { UsageError } from '../../schemas/errors.ts'
import { requireContinuation } from '../../teachers/request/continue-answer.ts'
import type { DialectName } from '../../teachers/dialects/registry.ts'
import { families, findFamily } from '../../teachers/families/registry.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'

const resolve = (fields: Record<string, unknown>) =>
  resolveArm(
    'a',
    RecipeArm.parse({ role: 'reasoning', teacher: 'qwen3', model: 'm', endpoint: 'e', ...fields }),
  )

test('everything that the recipe leaves out comes from the family', () => {
  expect(resolve({})).toEqual({
    name: 'a',
    role: 'reasoning',
    teacher: 'qwen3',
    model: 'm',
    revision: '',
    mode: 'thinking',
    switch: 'native',
    effort: null,
    sampling: {
      temperature: 0.6,
      top_p: 0.95,
      top_k: 20,
      min_p: 0,
      presence_penalty: null,
      max_tokens: 32_768,
    },
    samples: 1,
    system: '',
    endpoint: 'e',
    import: null,
    adaptive: null,
    truncated: { policy: 'keep' },
    extra_body: {},
    tokenizer: '',
  })
})

test('the role ift asks for answers without reasoning', () => {
  expect(resolve({ role: 'ift' })).toMatchObject({
    mode: 'non_thinking',
    sampling: { temperature: 0.7, max_tokens: 8192 },
  })
})

test('what the recipe states wins, and null leaves a parameter to the server', () => {
  const arm = resolve({
    sampling: { temperature: 0.9, top_k: null },
    max_tokens: 100,
    samples: 4,
    system: 's',
  })
  expect(arm).toMatchObject({
    samples: 4,
    system: 's',
    sampling: { temperature: 0.9, top_k: null, top_p: 0.95, max_tokens: 100 },
  })
})

test('gpt-oss reasons with medium effort unless told otherwise', () => {
  expect(resolve({ teacher: 'gpt-oss' })).toMatchObject({ mode: 'thinking', effort: 'medium' })
  expect(resolve({ teacher: 'gpt-oss', effort: 'high' }).effort).toBe('high')
})

test.each([
  [
    { teacher: 'qwen-3' },
    /no teacher is called "qwen-3": did you mean "qwen3"\? known teachers are gpt-oss, /u,
  ],
  [{ teacher: 'gpt-oss', mode: 'non_thinking' }, /gpt-oss has no non_thinking mode, only thinking: .*qwen3/u],
  [
    { teacher: 'gpt-oss', mode: 'non_thinking' },
    /or mode thinking with effort low, which is its floor, or a teacher/u,
  ],
  [
    { teacher: 'deepseek-r1', role: 'ift' },
    /DeepSeek-R1 has no non_thinking mode.* or switch: prefilled_empty .*vllm and sglang/u,
  ],
  [{ teacher: 'gpt-oss', mode: 'non_thinking', switch: 'prefilled_empty' }, /which gpt-oss does not/u],
  [{ switch: 'prefilled_empty', role: 'ift' }, /which Qwen3 does not: remove switch/u],
  [{ teacher: 'deepseek-r1', switch: 'prefilled_empty' }, /this arm has mode thinking/u],
  [{ teacher: 'qwen3.5', switch: 'soft' }, /Qwen3\.5 obeys no words/u],
  [{ teacher: 'qwen3-2507' }, /state both, as model: \{thinking: …, non_thinking: …\}/u],
  [{ teacher: 'nemotron', system: 's' }, /its thinking switch is the system message/u],
  [{ teacher: 'deepseek-v4', effort: 'medium' }, /choose low, high, max/u],
  [{ teacher: 'qwen3-instruct-2507', mode: 'thinking' }, /only non_thinking/u],
  [{ effort: 'high' }, /Qwen3 has no effort high: remove effort/u],
  [{ role: 'ift', effort: 'low' }, /needs mode thinking/u],
  [{ teacher: 'deepseek-r1', system: 's' }, /takes no system message/u],
  [{ sampling: { temperature: 0 } }, /greedy decoding .* force_greedy: true/u],
  [{ sampling: { top_k: 1 } }, /greedy/u],
])('%j is refused in one line', (fields, message) => {
  expect(() => resolve(fields)).toThrow(UsageError)
  expect(() => resolve(fields)).toThrow(message)
})

test('a twin of two models is one arm in two modes', () => {
  const twin = {
    teacher: 'qwen3-2507',
    model: { thinking: 'Qwen/Qwen3-30B-A3B-Thinking-2507', non_thinking: 'Qwen/Qwen3-30B-A3B-Instruct-2507' },
  }
  expect(resolve(twin)).toMatchObject({
    mode: 'thinking',
    model: 'Qwen/Qwen3-30B-A3B-Thinking-2507',
    sampling: { temperature: 0.6 },
  })
  expect(resolve({ ...twin, role: 'ift' })).toMatchObject({
    mode: 'non_thinking',
    model: 'Qwen/Qwen3-30B-A3B-Instruct-2507',
    sampling: { temperature: 0.7 },
  })
})

test('a model that always reasons can be kept from it, and is labelled', () => {
  const arm = resolve({ teacher: 'deepseek-r1', role: 'ift', switch: 'prefilled_empty' })
  expect(arm).toMatchObject({
    mode: 'non_thinking',
    switch: 'prefilled_empty',
    sampling: { temperature: 0.6, top_p: 0.95, max_tokens: 8192 },
  })
})

test('greedy reasoning can be forced, and greedy answering needs no force', () => {
  expect(resolve({ sampling: { temperature: 0 }, force_greedy: true }).sampling.temperature).toBe(0)
  expect(resolve({ role: 'ift', sampling: { temperature: 0 } }).sampling.temperature).toBe(0)
})

test.each([
  ['a field that does not exist', { temperatur: 1 }],
  ['a seed in extra_body, which would make all samples one', { extra_body: { seed: 1 } }],
  ['n in extra_body', { extra_body: { n: 4 } }],
  ['a role that cannot name a configuration', { role: 'My Role' }],
  ['a sampling parameter out of range', { sampling: { temperature: 3 } }],
])('%s is no recipe', (_name, fields) => {
  expect(() => resolve(fields)).toThrow(/Unrecognized key|must not set|must be lower-case|Too big/u)
})

test('every family is complete: a mode, a name of its own, and a resolvable arm in each mode', () => {
  expect(new Set(families.map((teacher) => teacher.name)).size).toBe(families.length)
  for (const teacher of families) {
    expect(findFamily(teacher.name)).toBe(teacher)
    const modes = Object.keys(teacher.sampling)
    expect(modes.length).toBeGreaterThan(0)
    const model = { thinking: 't', non_thinking: 'n' }
    for (const mode of modes) expect(resolve({ teacher: teacher.name, mode, model }).mode).toBe(mode)
  }
})

test('samples is a number, or a mapping whose answers decide', () => {
  expect(resolve({ samples: 4 })).toMatchObject({ samples: 4, adaptive: null })
  expect(resolve({ samples: { max: 8 } })).toMatchObject({
    samples: 8,
    adaptive: { min: 1, max: 8, correct: 1, step: 1, give_up: null },
  })
  expect(resolve({ samples: { min: 2, max: 8, give_up: { after: 4 } } }).adaptive).toMatchObject({
    give_up: { after: 4, correct: 0 },
  })
})

test.each([
  [{ min: 4, max: 4 }, 'arm a: samples: max 4 must be more than min 4, or write the number alone'],
  [{ max: 2, correct: 3 }, 'arm a: samples: correct 3 cannot be reached with max 2'],
  [{ max: 4, give_up: { after: 4 } }, 'arm a: samples: give_up.after 4 must lie from min 1 to below max 4'],
  [
    { max: 4, give_up: { after: 2, correct: 1 } },
    'arm a: samples: give_up.correct 1 must be less than correct 1',
  ],
])('samples %j are refused', (samples, message) => {
  expect(() => resolve({ samples })).toThrow(new UsageError(message))
})

test('a policy for cut answers has limits of its own, or twice the first one', () => {
  expect(resolve({ max_tokens: 100 }).truncated).toEqual({ policy: 'keep' })
  expect(resolve({ max_tokens: 100, truncated: 'raise' }).truncated).toEqual({
    policy: 'raise',
    max_tokens: [200],
  })
  expect(resolve({ truncated: { policy: 'raise', max_tokens: [49_152, 65_536] } }).truncated).toEqual({
    policy: 'raise',
    max_tokens: [49_152, 65_536],
  })
  expect(resolve({ max_tokens: 100, truncated: 'continue' }).truncated).toEqual({
    policy: 'continue',
    max_tokens: 200,
    rounds: 2,
  })
})

test.each([
  [
    { policy: 'keep', max_tokens: 200 },
    'max_tokens belongs to the policies raise and continue: choose one, or remove it',
  ],
  [{ policy: 'raise', rounds: 2 }, 'rounds belongs to the policy continue, not to raise: remove it'],
  [{ policy: 'raise', max_tokens: 100 }, 'max_tokens 100 must go up from the 100 of the first request'],
  [
    { policy: 'raise', max_tokens: [300, 200] },
    'max_tokens 300, 200 must go up from the 100 of the first request',
  ],
  [
    { policy: 'continue', max_tokens: [200, 300] },
    'the policy continue takes one max_tokens, the total of all requests',
  ],
])('truncated %j is refused', (truncated, message) => {
  expect(() => resolve({ max_tokens: 100, truncated })).toThrow(
    new UsageError(`arm a: truncated: ${message}`),
  )
})

const continues = (fields: Record<string, unknown>, dialect: DialectName) => () =>
  requireContinuation(resolve({ truncated: 'continue', ...fields }), dialect)

test('answers are continued only where server and model can', () => {
  expect(continues({}, 'vllm')).not.toThrow()
  expect(continues({}, 'sglang')).not.toThrow()
  expect(continues({ teacher: 'deepseek-r1' }, 'llamacpp')).not.toThrow()
  expect(continues({ mode: 'non_thinking' }, 'llamacpp')).not.toThrow()
  expect(continues({}, 'deepseek')).toThrow(
    new UsageError(
      "arm a: servers of the dialect deepseek do not continue a cut answer in mode thinking (vllm, sglang, llamacpp do): set truncated to raise, or the endpoint's dialect to the server in use",
    ),
  )
  expect(continues({}, 'llamacpp')).not.toThrow()
  expect(continues({ teacher: 'gpt-oss' }, 'vllm')).toThrow(
    new UsageError(
      'arm a: an answer of gpt-oss cannot be continued (its channels cannot be reopened through chat messages): set truncated to raise',
    ),
  )
})
