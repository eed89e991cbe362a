import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { Endpoint } from '../../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../../teachers/endpoint/endpoint.ts'
import { chunk, completion, event, sendJson, sendStream, startLoopback } from '../support/loopback.ts'

type Pages = Record<string, unknown>

async function factsOf(pages: Pages, headers = {}) {
  const { baseUrl } = await startLoopback((response, _index, { path }) => {
    const page = pages[path]
    if (page === undefined) sendJson(response, { error: 'not found' }, 404)
    else sendJson(response, page, 200, headers)
  })
  const endpoint = openEndpoint('e', Endpoint.parse({ base_url: baseUrl }))
  try {
    return await endpoint.facts()
  } finally {
    await endpoint.close()
  }
}

test.each<[string, Pages, object, object]>([
  [
    'vLLM',
    { '/v1/models': { data: [{ id: 'm', max_model_len: 40_960 }] }, '/version': { version: '0.16.0' } },
    { server: 'uvicorn' },
    { software: 'uvicorn', version: '0.16.0', contexts: { m: 40_960 }, context: null },
  ],
  [
    'llama.cpp',
    {
      '/v1/models': { data: [{ id: 'm', meta: { n_ctx_train: 32_768, n_ctx: 8192 } }] },
      '/props': { default_generation_settings: { n_ctx: 8192 }, build_info: 'b7000' },
    },
    { server: 'llama.cpp' },
    { software: 'llama.cpp', version: 'b7000', contexts: { m: 8192 }, context: 8192 },
  ],
  [
    'OpenRouter',
    { '/v1/models': { data: [{ id: 'a/b', context_length: 163_840 }, { id: 'c' }] } },
    {},
    { software: '', version: '', contexts: { 'a/b': 163_840 }, context: null },
  ],
  [
    'Ollama',
    {
      '/v1/models': { data: [{ id: 'm:latest', object: 'model', created: 1, owned_by: 'library' }] },
      '/api/version': { version: '0.17.4' },
      '/api/ps': { models: [{ name: 'm:latest', model: 'm:latest', size_vram: 0, context_length: 512 }] },
    },
    {},
    { software: 'Ollama', version: '0.17.4', contexts: { 'm:latest': 512 }, context: null },
  ],
  [
    'Ollama before it told the context',
    { '/v1/models': { data: [{ id: 'm' }] }, '/api/version': { version: '0.5.0' } },
    {},
    { software: 'Ollama', version: '0.5.0', contexts: {}, context: null },
  ],
  ['a server that tells nothing', {}, {}, { software: '', version: '', contexts: {}, context: null }],
])('%s', async (_name, pages, headers, facts) => {
  expect(await factsOf(pages, headers)).toEqual(facts)
})

const usage = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }

test.each<[string, (response: ServerResponse) => void, object]>([
  [
    'a whole stream',
    (response) => sendStream(response, chunk({ content: 'a' }, 'stop'), event(usage), event('[DONE]')),
    { events: true, finish_reason: 'stop', usage: true, done_mark: true },
  ],
  [
    'without usage and mark',
    (response) => sendStream(response, chunk({ content: 'a' }, 'length')),
    { events: true, finish_reason: 'length', usage: false, done_mark: false },
  ],
  [
    'without an end',
    (response) => sendStream(response, chunk({ content: 'a' })),
    { events: true, finish_reason: '', usage: false, done_mark: false },
  ],
  [
    'one body',
    (response) => sendJson(response, completion({ content: 'a' })),
    { events: false, finish_reason: 'stop', usage: true, done_mark: false },
  ],
])('the form of a stream: %s', async (_name, reply, form) => {
  const { baseUrl } = await startLoopback(reply)
  const endpoint = openEndpoint('e', Endpoint.parse({ base_url: baseUrl, stream: true }))
  const request = { model: 'm', messages: [{ role: 'user' as const, content: 'q' }] }
  expect(endpoint.streams()).toBe(true)
  expect(
    (await endpoint.streamForm(request, { seed: 1, signal: new AbortController().signal })).form,
  ).toEqual(form)
  await endpoint.close()
})

test('a parameter that is refused ends an experiment and not the run', async () => {
  const { baseUrl } = await startLoopback((response, index) =>
    index === 0
      ? sendJson(response, { error: { message: 'Unrecognized argument: n', code: 'unknown_parameter' } }, 400)
      : sendJson(response, completion({ content: 'a' })),
  )
  const endpoint = openEndpoint('e', Endpoint.parse({ base_url: baseUrl }))
  const request = { model: 'm', messages: [{ role: 'user' as const, content: 'q' }] }
  expect(await endpoint.ask({ ...request, n: 2 }, { experiment: true })).toMatchObject({
    ok: false,
    code: 'parameter',
  })
  expect(await endpoint.ask(request)).toMatchObject({ ok: true })
  await endpoint.close()
})
