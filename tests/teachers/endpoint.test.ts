import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { ChatRequest } from '../../schemas/arm.ts'
import { RunError, StoppedError } from '../../schemas/errors.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { type EndpointClient, type EndpointDeps, openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { fakeClock } from './support/clock.ts'
import {
  chunk,
  completion,
  event,
  type Handler,
  type Loopback,
  sendJson,
  sendStream,
  startLoopback,
} from './support/loopback.ts'

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: '1 + 1?' }], max_tokens: 100 }
const answer = completion({ content: '2', reasoning: 'one and one' })

async function open(
  handler: Handler,
  options: Record<string, unknown> = {},
  deps: EndpointDeps = {},
): Promise<{ client: EndpointClient; server: Loopback; slept: number[] }> {
  const server = await startLoopback(handler)
  const { slept, ...clock } = fakeClock()
  const endpoint = Endpoint.parse({ base_url: server.baseUrl, dialect: 'vllm', ...options })
  const client = openEndpoint('main', endpoint, { ...clock, random: () => 0.5, ...deps })
  onTestFinished(() => client.close())
  return { client, server, slept }
}

/** Answers with each handler in turn, and with the last one from then on. */
function inTurn(...handlers: ((response: ServerResponse) => void)[]): Handler {
  return (response, index) => handlers[Math.min(index, handlers.length - 1)]!(response)
}

const good = (response: ServerResponse): void => sendJson(response, answer)
const reset = (response: ServerResponse): void => void response.socket?.destroy()
const status =
  (code: number, body: unknown = { error: { message: 'no' } }, headers = {}) =>
  (response: ServerResponse): void =>
    sendJson(response, body, code, headers)
const text =
  (body: string, type = 'application/json') =>
  (response: ServerResponse): void =>
    void response.writeHead(200, { 'content-type': type }).end(body)

test('an answer comes back as it was sent, with its one attempt', async () => {
  const { client, server } = await open(good)
  const result = await client.ask(request, { seed: 7 })
  expect(result).toEqual({
    ok: true,
    body: answer,
    attempts: [{ ms: 0, status: 200, error: '', completion_tokens: null }],
  })
  expect(server.received[0]!.path).toBe('/v1/chat/completions')
  expect(server.received[0]!.body).toEqual({ ...request, seed: 7 })
})

test('the key is sent as a bearer token, and no authorization at all without one', async () => {
  const withKey = await open(good, {}, { apiKey: 'secret-key' })
  await withKey.client.ask(request)
  expect(withKey.server.received[0]!.headers.authorization).toBe('Bearer secret-key')
  const without = await open(good)
  await without.client.ask(request)
  expect(without.server.received[0]!.headers.authorization).toBeUndefined()
})

test('a dialect without seeds gets none', async () => {
  const { client, server } = await open(good, { dialect: 'deepseek' })
  await client.ask(request, { seed: 7 })
  expect(server.received[0]!.body).toEqual(request)
})

test.each([
  ['a server error', status(500), 'http_500'],
  [
    'a gateway page',
    (r: ServerResponse) => void r.writeHead(502).end('<html>bad gateway</html>'),
    'http_502',
  ],
  ['a connection cut before the answer', reset, 'connection'],
  ['a body cut in the middle', cutBody, 'connection'],
  ['a body that is not JSON', text('{"choices": [{'), 'bad_response'],
  ['an empty body', text(''), 'bad_response'],
  ['an overload in a 200', text('{"error": {"code": 502, "message": "provider"}}'), 'http_502'],
  ['an error in a 200 in words', text('{"error": {"code": "server_error", "message": "x"}}'), 'http_500'],
  ['an aborted generation', text(JSON.stringify(completion({ content: 'par' }, 'abort'))), 'broken_off'],
  [
    'a server out of resources',
    text(JSON.stringify(completion({ content: 'par' }, 'insufficient_system_resource'))),
    'broken_off',
  ],
])('%s is tried again', async (_name, bad, code) => {
  const { client, slept } = await open(inTurn(bad, bad, good))
  const result = await client.ask(request)
  expect(result.ok).toBe(true)
  expect(result.attempts.map((attempt) => attempt.error)).toEqual([code, code, ''])
  expect(slept).toEqual([500, 1000])
})

test('leading blank lines of a server that keeps the connection open are no fault', async () => {
  const { client } = await open(text(`\n\n\n${JSON.stringify(answer)}`))
  expect(await client.ask(request)).toMatchObject({ ok: true, body: answer })
})

test('the retries end, and the failure is one that may be asked again', async () => {
  const { client, server } = await open(status(500), { retries: 2 })
  const result = await client.ask(request)
  expect(result).toMatchObject({ ok: false, code: 'http_500', message: 'no', retryable: true })
  expect(result.attempts).toHaveLength(3)
  expect(server.received).toHaveLength(3)
})

test.each([
  ['{"error": {"message": "m", "code": "context_length_exceeded"}}', 'context_length'],
  ['{"error": {"message": "filtered", "code": "content_filter"}}', 'content_filter'],
])('a refusal of this one request is not tried again: %s', async (body, code) => {
  const { client, server } = await open((response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end(body)
  })
  expect(await client.ask(request)).toMatchObject({ ok: false, code, retryable: false })
  expect(server.received).toHaveLength(1)
})

test.each([
  [
    '401',
    status(401, { error: { message: 'Incorrect API key provided: secret-key' } }),
    'set a valid key in MY_KEY',
  ],
  [
    '404',
    status(404, { error: { message: 'The model `m` does not exist' } }),
    'The model `m` does not exist',
  ],
  [
    'a parameter',
    status(400, { error: { message: 'Unrecognized request argument supplied: top_k' } }),
    'set the endpoint',
  ],
])('%s ends the run at once with one line, and for every later request too', async (_name, bad, says) => {
  const { client, server } = await open(bad, { api_key_env: 'MY_KEY' }, { apiKey: 'secret-key' })
  const error = await client.ask(request).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RunError)
  const { message } = error as RunError
  expect(message).toContain(`endpoint main (${server.baseUrl})`)
  expect(message).toContain(says)
  expect(message).not.toContain('secret-key')
  expect(message).not.toContain('\n')
  await expect(client.ask(request)).rejects.toBe(error)
  expect(server.received).toHaveLength(1)
})

test.each([
  ['a web page', text('<!doctype html><title>welcome</title>', 'text/html'), 'up to and with /v1'],
  ['no choices', text('{"hello": "world"}'), '{"hello":"world"}'],
])('%s and never an answer ends the run after the retries', async (_name, bad, says) => {
  const { client, server } = await open(bad, { retries: 2 })
  await expect(client.ask(request)).rejects.toThrow(RunError)
  await expect(client.ask(request)).rejects.toThrow(says)
  expect(server.received).toHaveLength(3)
})

test('a web page before the first answer is tried again, because gateways show one while they wake up', async () => {
  const { client } = await open(inTurn(text('<html>checking your browser</html>', 'text/html'), good))
  expect(await client.ask(request)).toMatchObject({ ok: true })
})

test.each([
  ['402', status(402, { error: { message: 'Insufficient Balance' } })],
  [
    'a used-up quota',
    status(429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }),
  ],
  ['a wait of hours', status(429, { error: { message: 'daily limit' } }, { 'retry-after': '7200' })],
])('%s stops the run resumably', async (_name, bad) => {
  const { client, server } = await open(bad)
  await expect(client.ask(request)).rejects.toThrow(StoppedError)
  expect(server.received).toHaveLength(1)
})

test.each([
  ['seconds', { 'retry-after': '240' }, 240_000],
  ['milliseconds', { 'retry-after-ms': '1500', 'retry-after': '60' }, 1500],
  ['a date', { 'retry-after': new Date(Date.UTC(2026, 0, 1, 0, 2)).toUTCString() }, 120_000],
])('Retry-After in %s is obeyed', async (_name, headers, ms) => {
  const { client, slept } = await open(inTurn(status(429, {}, headers), good))
  expect(await client.ask(request)).toMatchObject({ ok: true })
  expect(slept).toEqual([ms])
})

test('a wait of nothing has a floor, which grows', async () => {
  const bad = status(429, {}, { 'retry-after': '0' })
  const { client, slept } = await open(inTurn(bad, bad, bad, bad, bad, bad, good))
  expect(await client.ask(request)).toMatchObject({ ok: true })
  expect(slept).toEqual([100, 200, 400, 800, 1000, 1000])
})

test('a rate limit uses up no retries', async () => {
  const bad = status(429, { error: { message: 'slow down' } })
  const { client } = await open(inTurn(...Array.from({ length: 20 }, () => bad), good), { retries: 1 })
  const result = await client.ask(request)
  expect(result.ok).toBe(true)
  expect(result.attempts).toHaveLength(21)
})

test('a rate limit that never ends stops the run resumably', async () => {
  const { client } = await open(status(429, { error: { message: 'slow down' } }))
  await expect(client.ask(request)).rejects.toThrow(/slow down/u)
  await expect(client.ask(request)).rejects.toThrow(StoppedError)
})

test('nobody sends while Retry-After runs', async () => {
  const { now, sleep } = fakeClock()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const holding = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await released
    await sleep(ms, signal)
  }
  const bad = status(429, {}, { 'retry-after': '30' })
  const { client, server } = await open(inTurn(bad, good), { max_in_flight: 4 }, { now, sleep: holding })
  const first = client.ask(request)
  await until(() => server.received.length === 1 && client.state().inFlight === 0)
  const others = [client.ask(request), client.ask(request)]
  await turns(20)
  expect(server.received).toHaveLength(1)
  expect(client.state().waiting).toBe(3)
  release()
  expect(await Promise.all([first, ...others])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }])
})

test('a server that is not there ends the run after the retries', async () => {
  const { client, server, slept } = await open(good, { retries: 3 })
  await server.close()
  await expect(client.ask(request)).rejects.toThrow(/ECONNREFUSED.*start the server or correct base_url/u)
  expect(slept).toHaveLength(3)
})

test('a server that answered and cannot be reached is waited for, also beyond the retries, and both is told', async () => {
  const clock = fakeClock()
  let server: Loopback | undefined
  let sleeps = 0
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await clock.sleep(ms, signal)
    sleeps += 1
    if (sleeps === 5) await startLoopback(good, portOf(server!))
  }
  const told: string[] = []
  const tell = (text: string): void => void told.push(text)
  const opened = await open(good, { retries: 1 }, { ...clock, sleep, tell })
  server = opened.server
  expect(await opened.client.ask(request)).toMatchObject({ ok: true })
  await server.close()
  // The connections are gone once both ends know it.
  await turns(5)
  const result = await opened.client.ask(request)
  expect(result.ok).toBe(true)
  expect(result.attempts.map((attempt) => attempt.error)).toEqual([...Array(5).fill('unreachable'), ''])
  const where = `endpoint main (${server.baseUrl}): `
  expect(told).toEqual([
    expect.stringMatching(/it cannot be reached any more \(connect ECONNREFUSED .*\); the run waits for it/u),
    `${where}the server is back`,
  ])
  expect(told[0]).toContain(where)
})

test('a server that stays away ends the run', async () => {
  const { client, server } = await open(good)
  await client.ask(request)
  await server.close()
  await expect(client.ask(request)).rejects.toThrow(RunError)
})

test('an answer that takes longer than the deadline is given up without a further try', async () => {
  const { client, server } = await open(() => undefined, { deadline_seconds: 0.05 })
  expect(await client.ask(request)).toMatchObject({ ok: false, code: 'timeout', retryable: true })
  expect(server.received).toHaveLength(1)
})

test('the deadline holds for a body that stops coming', async () => {
  const { client } = await open(stuckBody, { deadline_seconds: 0.05 })
  expect(await client.ask(request)).toMatchObject({ ok: false, code: 'timeout' })
})

test('an aborted request rejects with the reason', async () => {
  const controller = new AbortController()
  const { client } = await open(() => controller.abort(new Error('enough')))
  await expect(client.ask(request, { signal: controller.signal })).rejects.toThrow('enough')
})

test('failures in a row without one answer end the run', async () => {
  const { client } = await open(status(418), { max_in_flight: 1 })
  const results: unknown[] = []
  for (let index = 0; index < 19; index++) results.push(await client.ask(request))
  expect(results).toHaveLength(19)
  for (const result of results) expect(result).toMatchObject({ ok: false, code: 'http_418', retryable: true })
  await expect(client.ask(request)).rejects.toThrow(RunError)
})

test('after stop what is at the server is answered and nothing else is sent', async () => {
  const waiting: ServerResponse[] = []
  const { client, server } = await open((response) => void waiting.push(response), {
    max_in_flight: 1,
  })
  const first = client.ask(request)
  const second = client.ask(request).catch((error: unknown) => error)
  await until(() => waiting.length === 1)
  const reason = new StoppedError('stopped by hand')
  client.stop(reason)
  good(waiting[0]!)
  expect(await first).toMatchObject({ ok: true })
  expect(await second).toBe(reason)
  await expect(client.ask(request)).rejects.toBe(reason)
  expect(server.received).toHaveLength(1)
})

test('every try is told of as it ends, also that of a request which the end of the run overtakes', async () => {
  const { client } = await open(status(500))
  const told: string[] = []
  const reason = new StoppedError('enough')
  const asked = client.ask(request, {
    onAttempt: ({ error }) => {
      told.push(error)
      client.stop(reason)
    },
  })
  await expect(asked).rejects.toBe(reason)
  expect(told).toEqual(['http_500'])
})

test('onSend runs once, before the first byte leaves', async () => {
  const order: string[] = []
  const { client } = await open((response, index) => {
    order.push('received')
    ;(index === 0 ? status(500) : good)(response)
  })
  await client.ask(request, { onSend: () => void order.push('sent') })
  expect(order).toEqual(['sent', 'received', 'received'])
})

test('never more in flight than allowed, and ready holds the caller back', async () => {
  let now = 0
  let most = 0
  const { client } = await open(
    async (response) => {
      most = Math.max(most, ++now)
      await turns(3)
      now -= 1
      good(response)
    },
    { max_in_flight: 3 },
  )
  await client.ask(request)
  const asked: Promise<unknown>[] = []
  for (let index = 0; index < 30; index++) {
    await client.ready()
    asked.push(client.ask(request))
    expect(client.state().waiting).toBeLessThanOrEqual(4)
  }
  await Promise.all(asked)
  expect(most).toBe(3)
})

test('a stream comes back as one body, with its usage from after the end', async () => {
  const { client, server } = await open(
    (response) =>
      sendStream(
        response,
        ': keep-alive\n\n',
        chunk({ role: 'assistant', content: null, reasoning: 'on' }),
        chunk({ reasoning: 'e', reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'on' }] }),
        chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'e' }] }),
        chunk({ content: 'tw' }),
        chunk({ content: 'o' }, 'stop'),
        event({ id: 'cmpl-1', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }),
        event('[DONE]'),
      ),
    { stream: true },
  )
  const result = await client.ask(request)
  expect(server.received[0]!.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  expect(result).toMatchObject({
    ok: true,
    body: {
      object: 'chat.completion',
      model: 'served-model',
      choices: [
        {
          finish_reason: 'stop',
          message: {
            content: 'two',
            reasoning: 'one',
            reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'one' }],
          },
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    },
  })
})

test.each([
  [
    'ends without a finish_reason',
    (r: ServerResponse) => sendStream(r, chunk({ content: 'par' })),
    'broken_stream',
  ],
  [
    'carries an error event',
    (r: ServerResponse) => sendStream(r, chunk({ content: 'par' }), event({ error: { message: 'gone' } })),
    'http_500',
  ],
  [
    'ends with finish_reason error',
    (r: ServerResponse) => sendStream(r, chunk({ content: 'par' }), chunk({}, 'error')),
    'broken_off',
  ],
  ['is cut', cutStream, 'broken_stream'],
  [
    'holds an event that is not JSON',
    (r: ServerResponse) => sendStream(r, chunk({ content: 'par' }), event('{"a')),
    'bad_response',
  ],
])('a stream that %s is a failure that keeps what came', async (_name, bad, code) => {
  const { client } = await open(inTurn(bad), { stream: true, retries: 0 })
  expect(await client.ask(request)).toMatchObject({
    ok: false,
    code,
    retryable: true,
    partial: { choices: [{ message: { content: 'par' } }] },
  })
})

test('a server that does not stream when asked to is understood, and a person is told that its queue is not seen', async () => {
  const notes: string[] = []
  const { client } = await open(good, { stream: true }, { note: (text) => notes.push(text) })
  for (let asked = 0; asked < 6; asked++)
    expect(await client.ask(request)).toMatchObject({ ok: true, body: answer })
  expect(notes).toEqual([expect.stringMatching(/shows neither how many requests wait.*so 64 are sent/u)])
  expect(client.state().limit).toBe(64)
})

function cutBody(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"choices": [', () => response.socket?.destroy())
}

function stuckBody(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices": [')
}

function cutStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk({ content: 'par' }), () => setImmediate(() => response.socket?.destroy()))
}

function portOf(server: Loopback): number {
  return Number(new URL(server.baseUrl).port)
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1)
}

/** Lets the event loop go round, so that whatever is ready happens. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
