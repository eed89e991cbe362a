import { expect, test } from 'vitest'
import { sampleKey } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { buildRequest, ignoredParameters, withSample } from '../../teachers/request/build-request.ts'
import { type DialectName, dialectNames } from '../../teachers/dialects/registry.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'

const arm = (fields: Record<string, unknown> = {}) =>
  resolveArm(
    'a',
    RecipeArm.parse({ role: 'reasoning', teacher: 'qwen3', model: 'm', endpoint: 'e', ...fields }),
  )

const off = { mode: 'non_thinking' }

test('a request holds what is asked and nothing that differs between samples', () => {
  expect(buildRequest(arm({ system: 's' }), 'vllm', 'p')).toEqual({
    model: 'm',
    messages: [
      { role: 'system', content: 's' },
      { role: 'user', content: 'p' },
    ],
    temperature: 0.6,
    top_p: 0.95,
    top_k: 20,
    min_p: 0,
    max_tokens: 32_768,
    chat_template_kwargs: { enable_thinking: true },
  })
})

test.each<[string, object, DialectName, object]>([
  ['qwen3', off, 'vllm', { chat_template_kwargs: { enable_thinking: false } }],
  ['qwen3', off, 'sglang', { chat_template_kwargs: { enable_thinking: false } }],
  ['qwen3', off, 'llamacpp', { chat_template_kwargs: { enable_thinking: false } }],
  ['qwen3', off, 'ollama', { reasoning_effort: 'none' }],
  ['qwen3', off, 'openrouter', { reasoning: { enabled: false } }],
  ['qwen3', off, 'together', { reasoning: { enabled: false } }],
  ['qwen3', off, 'fireworks', { reasoning_effort: 'none' }],
  ['qwen3', {}, 'openai', {}],
  ['deepseek-v3', {}, 'vllm', { chat_template_kwargs: { thinking: true } }],
  ['deepseek-v3', {}, 'deepseek', { thinking: { type: 'enabled' } }],
  ['deepseek-v3', off, 'deepseek', { thinking: { type: 'disabled' } }],
  ['deepseek-v3', {}, 'fireworks', { reasoning_effort: 'medium' }],
  ['gpt-oss', { effort: 'high' }, 'vllm', { reasoning_effort: 'high' }],
  ['gpt-oss', { effort: 'high' }, 'openrouter', { reasoning: { effort: 'high' } }],
  ['gpt-oss', { effort: 'high' }, 'llamacpp', { chat_template_kwargs: { reasoning_effort: 'high' } }],
  ['deepseek-r1', {}, 'vllm', {}],
  ['generic', {}, 'vllm', {}],
  ['qwen3.5', off, 'nim', { chat_template_kwargs: { enable_thinking: false } }],
  ['deepseek-v4', { effort: 'max' }, 'deepseek', { thinking: { type: 'enabled' }, reasoning_effort: 'max' }],
  ['deepseek-v4', off, 'deepseek', { thinking: { type: 'disabled' } }],
  [
    'deepseek-v4',
    { effort: 'max' },
    'nim',
    { chat_template_kwargs: { thinking: true, reasoning_effort: 'max' } },
  ],
  ['gpt-oss', {}, 'nim', { reasoning_effort: 'medium' }],
  ['gpt-oss', {}, 'hf-router', { reasoning_effort: 'medium' }],
  ['gpt-oss', {}, 'azure', { reasoning_effort: 'medium' }],
])('%s with %j on %s says %j', (teacher, fields, dialect, says) => {
  const request = buildRequest(arm({ teacher, sampling: noSampling, ...fields }), dialect, 'p')
  const { model: _model, messages: _messages, max_tokens: _maxTokens, ...rest } = request
  expect(rest).toEqual(says)
})

const noSampling = { temperature: null, top_p: null, top_k: null, min_p: null, presence_penalty: null }

test('parameters that the dialect does not take are left out, and named', () => {
  const request = buildRequest(arm(), 'openai', 'p')
  expect(request).not.toHaveProperty('top_k')
  expect(request).not.toHaveProperty('min_p')
  expect(ignoredParameters(arm(), 'openai')).toEqual(['top_k', 'min_p'])
  expect(ignoredParameters(arm(), 'vllm')).toEqual([])
  expect(ignoredParameters(arm({ extra_body: { top_k: 20 } }), 'openai')).toEqual(['min_p'])
})

test.each<DialectName>(['openai', 'lmstudio'])('%s has no words for qwen3 without thinking', (dialect) => {
  expect(() => buildRequest(arm(off), dialect, 'p')).toThrow(UsageError)
  expect(() => buildRequest(arm(off), dialect, 'p')).toThrow(
    /cannot ask Qwen3 for mode non_thinking: .*vllm, sglang/u,
  )
  const stated = arm({ ...off, extra_body: { enable_thinking: false } })
  expect(buildRequest(stated, dialect, 'p')).toMatchObject({ enable_thinking: false })
})

test('the soft switch stands in the system message, so that the question stays the same', () => {
  const soft = { ...off, switch: 'soft' }
  const { messages, ...rest } = buildRequest(arm({ ...soft, system: 's' }), 'lmstudio', 'p')
  expect(messages).toEqual([
    { role: 'system', content: 's\n\n/no_think' },
    { role: 'user', content: 'p' },
  ])
  expect(rest).not.toHaveProperty('chat_template_kwargs')
  const thinking = buildRequest(arm({ switch: 'soft' }), 'lmstudio', 'p')
  expect(thinking.messages[0]).toEqual({ role: 'system', content: '/think' })
})

test("Nemotron's switch is the system message", () => {
  const request = buildRequest(arm({ teacher: 'nemotron', ...off }), 'openai', 'p')
  expect(request.messages[0]).toEqual({ role: 'system', content: 'detailed thinking off' })
  expect(request).toMatchObject({ temperature: 0 })
})

test.each<[string, DialectName, string]>([
  ['deepseek-r1', 'vllm', '<think>\n\n</think>\n\n'],
  // The prompt that SGLang puts the text behind ends with `<think>\n` already, unless the model writes that itself.
  ['deepseek-r1', 'sglang', '\n</think>\n\n'],
  ['deepseek-r1-0528', 'sglang', '<think>\n\n</think>\n\n'],
  ['qwq', 'vllm', '<think>\n\n</think>\n\n'],
])('%s on %s is begun with an empty think block', (teacher, dialect, content) => {
  const prefilled = arm({ teacher, ...off, switch: 'prefilled_empty' })
  expect(buildRequest(prefilled, dialect, 'p')).toMatchObject({
    messages: [
      { role: 'user', content: 'p' },
      { role: 'assistant', content },
    ],
    continue_final_message: true,
    add_generation_prompt: false,
  })
})

test.each<[Record<string, unknown>, DialectName, RegExp]>([
  [
    { teacher: 'deepseek-r1', ...off, switch: 'prefilled_empty' },
    'ollama',
    /mode non_thinking by switch prefilled_empty: set the endpoint's dialect .*\(vllm, sglang\)/u,
  ],
  [
    { teacher: 'deepseek-v4', effort: 'max' },
    'openrouter',
    /with effort max: set the endpoint's dialect .*\(vllm, sglang, /u,
  ],
  [off, 'lmstudio', /or state `switch: soft` in the arm/u],
])('%j on %s is refused with the ways that there are', (fields, dialect, says) => {
  expect(() => buildRequest(arm(fields), dialect, 'p')).toThrow(UsageError)
  expect(() => buildRequest(arm(fields), dialect, 'p')).toThrow(says)
})

test('extra_body wins, null takes a field out, and template arguments are merged', () => {
  const stated = arm({ extra_body: { temperature: 0.1, top_p: null, chat_template_kwargs: { lang: 'en' } } })
  const request = buildRequest(stated, 'vllm', 'p')
  expect(request).toMatchObject({
    temperature: 0.1,
    chat_template_kwargs: { enable_thinking: true, lang: 'en' },
  })
  expect(request).not.toHaveProperty('top_p')
})

test('the newer name of the token limit replaces the older one', () => {
  const request = buildRequest(arm({ extra_body: { max_completion_tokens: 500 } }), 'openai', 'p')
  expect(request).toMatchObject({ max_completion_tokens: 500 })
  expect(request).not.toHaveProperty('max_tokens')
})

test('a sample adds its seed where one is taken and stream flags where streamed, and changes no key', () => {
  const request = buildRequest(arm(), 'vllm', 'p')
  const key = sampleKey(request, arm(), 0)
  expect(withSample(request, 'vllm', { seed: 5, stream: false })).toEqual({ ...request, seed: 5 })
  expect(withSample(request, 'deepseek', { seed: 5, stream: true })).toEqual({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  })
  expect(sampleKey(request, arm(), 0)).toBe(key)
})

test('every dialect can ask every always-reasoning teacher', () => {
  // Anthropic's own interface knows no effort, and gpt-oss has one.
  for (const dialect of dialectNames.filter((name) => name !== 'anthropic')) {
    for (const teacher of ['gpt-oss', 'deepseek-r1', 'qwq']) {
      expect(buildRequest(arm({ teacher }), dialect, 'p').model).toBe('m')
    }
  }
})

test('null takes out what is set for each sample, and the key says so', () => {
  const without = arm({ extra_body: { seed: null, stream_options: null } })
  const request = buildRequest(without, 'vllm', 'p')
  const sent = withSample(request, 'vllm', { seed: 7, stream: true })
  expect(sent).toMatchObject({ stream: true, max_tokens: 32_768 })
  expect(Object.keys(sent)).not.toContain('seed')
  expect(Object.keys(sent)).not.toContain('stream_options')
  expect(withSample(buildRequest(arm(), 'vllm', 'p'), 'vllm', { seed: 7, stream: true })).toMatchObject({
    seed: 7,
    stream_options: { include_usage: true },
  })
})

test.each<[DialectName, string[]]>([
  ['mistral', ['seed', 'stream_options']],
  ['zai', ['seed', 'stream_options']],
  ['gemini', ['seed']],
  ['minimax', ['seed']],
])('%s is not sent %j', (dialect, refused) => {
  const sent = withSample(buildRequest(arm({ teacher: 'generic' }), dialect, 'p'), dialect, {
    seed: 7,
    stream: true,
  })
  for (const name of refused) expect(Object.keys(sent)).not.toContain(name)
})
