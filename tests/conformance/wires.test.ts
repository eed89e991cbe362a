import { createServer, request as forward, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Mode } from '../../schemas/arm.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { type Handler, startLoopback } from '../teachers/support/loopback.ts'

/*
 * The manners of servers, one by one, over real HTTP, asked for at once and as a stream. The servers here are this
 * file's own: they know nothing of the code that they are asked by.
 */

const reasoning = 'Okay, I have to add. Let me check: ünïcödé 思考 ✓ 🙂, and 57 + 718 is 775.'
const answer = 'The result is \\boxed{775}.'
const usage = { prompt_tokens: 31, completion_tokens: 90, total_tokens: 121 }

type Message = Record<string, unknown>

function body(message: Message, finishReason: string | null = 'stop', counts: unknown = usage): object {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }]
  return {
    id: 'c1',
    object: 'chat.completion',
    model: 'M',
    choices,
    ...(counts === null ? {} : { usage: counts }),
  }
}

/** The pieces in which a server streams a message: texts are cut every nine characters, also inside of typed parts. */
function deltas(message: Message): Message[] {
  return Object.entries(message).flatMap(([name, value]) => pieces(value).map((piece) => ({ [name]: piece })))
}

function pieces(value: unknown): unknown[] {
  if (typeof value === 'string') return value.match(/[\s\S]{1,9}/gu) ?? ['']
  if (Array.isArray(value)) return value.flatMap((part) => pieces(part).map((piece) => [piece]))
  if (typeof value !== 'object' || value === null) return [value]
  const entries = Object.entries(value)
  const [name, text] = entries.find(([key, each]) => key !== 'type' && typeof each !== 'boolean') ?? [
    'text',
    '',
  ]
  return pieces(text).map((piece) => Object.fromEntries([...entries, [name, piece]]))
}

function chunk(delta: Message, finishReason: string | null = null, rest: object = {}): string {
  return event({
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'M',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...rest,
  })
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

const done = 'data: [DONE]\n\n'
const counted = (counts: unknown): string => event({ id: 'c1', choices: [], usage: counts })

function streamed(message: Message, finishReason = 'stop', counts: unknown = usage): string {
  const chunks = deltas(message).map((delta) => chunk(delta))
  return [...chunks, chunk({}, finishReason), counted(counts), done].join('')
}

const separate = { reasoning_content: reasoning, content: answer }

async function ask(handler: Handler, given: { stream?: boolean; mode?: Mode; retries?: number } = {}) {
  const server = await startLoopback(handler)
  const { stream = false, mode = 'thinking', retries = 0 } = given
  const options = Endpoint.parse({ base_url: server.baseUrl, stream, retries })
  const client = openEndpoint('main', options, { apiKey: 'key', sleep: async () => undefined })
  try {
    const result = await client.ask({ model: 'M', messages: [{ role: 'user', content: '57 + 718?' }] })
    const got = result.ok ? result.body : result.partial
    return { result, read: readAnswer(got, { mode }), body: got, received: server.received }
  } finally {
    await client.close()
  }
}

function send(response: ServerResponse, type: string | undefined, text: string | Buffer, headers = {}): void {
  response.writeHead(200, { ...(type === undefined ? {} : { 'content-type': type }), ...headers }).end(text)
}

const whole = { reasoning, answer, finish_state: 'complete' }

/** A content of two parts. */
function parts(thought: object, text: object): Message {
  return { content: [thought, text] }
}

describe('a message in any form is read at once, as a stream, and from the journal', () => {
  test.each<[string, Message]>([
    ['fields', separate],
    ['both fields', { reasoning, reasoning_content: reasoning, content: answer }],
    ['another field', { reasoning_text: reasoning, content: answer }],
    ['a field of a gateway', { provider_specific_fields: { reasoning_content: reasoning }, content: answer }],
    [
      'parts as Mistral sends them',
      parts(
        { type: 'thinking', thinking: [{ type: 'text', text: reasoning }], closed: true },
        { type: 'text', text: answer },
      ),
    ],
    [
      'parts as Claude writes them',
      parts({ type: 'thinking', thinking: reasoning }, { type: 'text', text: answer }),
    ],
    ['parts as Gemini marks them', parts({ text: reasoning, thought: true }, { text: answer })],
    ['blocks', { thinking_blocks: [{ type: 'thinking', thinking: reasoning }], content: answer }],
    [
      'details',
      { reasoning_details: [{ type: 'reasoning.text', text: reasoning, index: 0 }], content: answer },
    ],
    ['an object', { reasoning_content: reasoning, content: { type: 'text', text: answer } }],
    ['tags', { content: `<think>\n${reasoning}\n</think>\n\n${answer}` }],
    ['tags in the field', { reasoning_content: `<think>\n${reasoning}\n</think>`, content: answer }],
    ['all in the field', { reasoning_content: `${reasoning}\n</think>\n\n${answer}` }],
    ['tokens of Gemma', { content: `<|channel>thought\n${reasoning}<channel|>${answer}` }],
    ['wrapped', { content: `<think>${reasoning}</think><answer>${answer}</answer>` }],
  ])('%s', async (_name, message) => {
    const once = await ask((response) => send(response, 'application/json', JSON.stringify(body(message))))
    const stream = await ask((response) => send(response, 'text/event-stream', streamed(message)), {
      stream: true,
    })
    for (const { read, result } of [once, stream]) {
      expect(result.ok).toBe(true)
      expect(read).toMatchObject({ ...whole, usage: { prompt_tokens: 31, completion_tokens: 90 } })
    }
  })
})

describe('the manners of a stream', () => {
  const all = [chunk({ role: 'assistant', content: '' }), ...deltas(separate).map((delta) => chunk(delta))]
  const end = chunk({}, 'stop')
  test.each<[string, string]>([
    ['empty events keep it alive', ['data:\n\n', ...all, 'data: \n\n', end, done].join('')],
    [
      'pings and comments',
      [': ping\n\n', 'event: ping\ndata: ping\n\n', ...all, 'data: {}\n\n', end, done].join(''),
    ],
    ['its mark of the end and no finish_reason', [...all, done].join('')],
    [
      'an empty finish_reason in every chunk',
      [...deltas(separate).map((delta) => chunk(delta, '')), end].join(''),
    ],
    ['the whole message in one event', event(body(separate)) + done],
    ['the whole message behind its pieces', [...all, event(body(separate)), done].join('')],
    ['carriage returns', [...all, end, done].join('').replaceAll('\n', '\r\n')],
    ['a chunk of its own for the usage, before the end', [...all, counted(usage), end, done].join('')],
    [
      'a chunk a line, without a field',
      [...all, end].join('').replaceAll('data: ', '').replaceAll('\n\n', '\n'),
    ],
    [
      'a list of chunks',
      `[${[...all, end].join('').trim().replaceAll('data: ', '').replaceAll('\n\n', ',')}]`,
    ],
    ['a last line without an end', [...all, end].join('').trimEnd()],
  ])('%s', async (_name, text) => {
    for (const stream of [true, false])
      for (const type of ['text/event-stream', 'Text/Event-Stream; charset=utf-8', 'text/plain', undefined]) {
        const { read, result } = await ask((response) => send(response, type, text), { stream })
        expect(result.ok).toBe(true)
        expect(read).toMatchObject(whole)
      }
  })

  test.each<[string, (whole: object) => unknown]>([
    ['a list of one', (each) => [each]],
    ['a text', (each) => JSON.stringify(each)],
    ['a result', (each) => ({ success: true, result: each, errors: [] })],
    ['data', (each) => ({ code: 0, data: each })],
  ])('a body in %s', async (_name, around) => {
    const text = JSON.stringify(around(body(separate)))
    expect((await ask((response) => send(response, 'application/json', text))).read).toMatchObject(whole)
  })

  test('a body in place of a stream, whatever its type says', async () => {
    for (const type of ['text/event-stream', 'application/json', undefined]) {
      const text = `\n\n${JSON.stringify(body(separate))}`
      expect((await ask((response) => send(response, type, text), { stream: true })).read).toMatchObject(
        whole,
      )
    }
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('%s, of answers and of errors', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding }
    for (const stream of [true, false]) {
      const text = stream ? streamed(separate) : JSON.stringify(body(separate))
      const { read } = await ask((response) => send(response, 'text/event-stream', compress(text), headers), {
        stream,
      })
      expect(read).toMatchObject(whole)
      const refusal = compress(JSON.stringify({ error: { message: 'the prompt is odd' } }))
      const { result } = await ask((response) => void response.writeHead(400, headers).end(refusal), {
        stream,
      })
      expect(result).toMatchObject({ ok: false, code: 'http_400', message: 'the prompt is odd' })
    }
  })

  test('a server that keeps the connection open behind its mark of the end is not waited for', async () => {
    const { read } = await ask(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(streamed(separate))
      },
      { stream: true },
    )
    expect(read).toMatchObject(whole)
  })

  test.each<[string, Handler]>([
    [
      'a reset behind empty finish reasons',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(
          deltas(separate)
            .map((delta) => chunk(delta, ''))
            .join(''),
          () => response.destroy(),
        )
      },
    ],
    ['an end without any mark', (response) => send(response, 'text/event-stream', chunk({ content: 'The' }))],
    ['nothing but a mark', (response) => send(response, 'text/event-stream', done)],
    [
      'a word of the network',
      (response) => send(response, 'text/event-stream', streamed(separate, 'network_error')),
    ],
  ])('%s is tried again', async (_name, handler) => {
    const { result, received } = await ask(
      (response, at, request) =>
        at === 0 ? handler(response, at, request) : send(response, 'text/event-stream', streamed(separate)),
      { stream: true, retries: 1 },
    )
    expect(result.ok).toBe(true)
    expect(received).toHaveLength(2)
  })

  test.each<[string, string]>([
    ['a named event', 'event: error\ndata: {"message":"upstream died","status":500}\n\n'],
    ['an error in an event', event({ error: { message: 'upstream died', code: 500 } })],
    ['an object that is an error', event({ object: 'error', message: 'upstream died' })],
    ['a detail', event({ detail: 'upstream died' })],
  ])('%s says why it ended', async (_name, text) => {
    const { result } = await ask(
      (response) => send(response, 'text/event-stream', chunk({ content: 'The' }) + text),
      {
        stream: true,
      },
    )
    expect(result).toMatchObject({ ok: false, message: 'upstream died', retryable: true })
    expect(result.ok ? '' : JSON.stringify(result.partial)).toContain('The')
  })
})

describe('the end of an answer', () => {
  test.each([
    ['stop', 'complete'],
    ['STOP', 'complete'],
    ['end_turn', 'complete'],
    ['eos', 'complete'],
    ['length', 'cut_in_answer'],
    ['MAX_TOKENS', 'cut_in_answer'],
    ['max_tokens', 'cut_in_answer'],
    ['model_length', 'cut_in_answer'],
    ['model_context_window_exceeded', 'cut_in_answer'],
    ['content_filter', 'refusal'],
    ['sensitive', 'refusal'],
    ['SAFETY', 'refusal'],
    ['tool_calls', 'unknown_end'],
    ['something_new', 'unknown_end'],
  ])('%s is %s', async (word, state) => {
    for (const stream of [true, false]) {
      const text = stream ? streamed(separate, word) : JSON.stringify(body(separate, word))
      const { read } = await ask((response) => send(response, undefined, text), { stream })
      expect(read).toMatchObject({ finish_reason: word, finish_state: state })
    }
  })

  test.each(['error', 'abort', 'network_error', 'timeout', 'insufficient_system_resource'])(
    '%s is a break, which is tried again',
    async (word) => {
      const { result } = await ask((response) =>
        send(response, undefined, JSON.stringify(body(separate, word))),
      )
      expect(result).toMatchObject({ ok: false, code: 'broken_off', retryable: true })
    },
  )
})

describe('tokens are never fewer than were billed', () => {
  test.each<[string, unknown, number]>([
    [
      'reasoning outside of the completion',
      {
        prompt_tokens: 31,
        completion_tokens: 12,
        total_tokens: 103,
        completion_tokens_details: { reasoning_tokens: 60 },
      },
      72,
    ],
    [
      'reasoning outside, without a total',
      { prompt_tokens: 31, completion_tokens: 12, reasoning_tokens: 60 },
      72,
    ],
    ['reasoning inside', { ...usage, completion_tokens_details: { reasoning_tokens: 60 } }, 90],
    ['other names', { input_tokens: 31, output_tokens: 90 }, 90],
    ['texts', { prompt_tokens: '31', completion_tokens: '90' }, 90],
    ['a total and a part', { prompt_tokens: 31, total_tokens: 121 }, 90],
    ['thinking outside', { prompt_tokens: 31, completion_tokens: 12, thinking_tokens: 60 }, 72],
    [
      'units and tokens',
      {
        billed_units: { input_tokens: 20, output_tokens: 80 },
        tokens: { input_tokens: 31, output_tokens: 90 },
      },
      90,
    ],
    [
      'what came from a cache beside the input',
      { input_tokens: 11, cache_read_input_tokens: 20, output_tokens: 90 },
      90,
    ],
  ])('%s', async (_name, counts, completion) => {
    for (const stream of [true, false]) {
      const text = stream
        ? streamed(separate, 'stop', counts)
        : JSON.stringify(body(separate, 'stop', counts))
      const { result } = await ask((response) => send(response, undefined, text), { stream })
      expect(billOf(result.attempts, result.ok ? result.body : undefined)).toMatchObject({
        prompt: 31,
        completion,
      })
    }
  })

  test.each<[string, string]>([
    [
      'zeros at the end',
      streamed(separate).replace(
        done,
        counted({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }) + done,
      ),
    ],
    [
      'usage inside of the choice',
      [
        ...deltas(separate).map((delta) => chunk(delta)),
        event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }),
        done,
      ].join(''),
    ],
    [
      'counts that grow',
      [
        ...deltas(separate).map((delta, at) =>
          chunk(delta, null, { usage: { prompt_tokens: 31, completion_tokens: at } }),
        ),
        chunk({}, 'stop'),
        counted(usage),
        done,
      ].join(''),
    ],
  ])('%s', async (_name, text) => {
    const { result } = await ask((response) => send(response, 'text/event-stream', text), { stream: true })
    expect(billOf(result.attempts, result.ok ? result.body : undefined)).toMatchObject({
      prompt: 31,
      completion: 90,
    })
  })

  test.each<[string, object]>([
    ['x_groq', { x_groq: { usage } }],
    ['meta', { meta: { tokens: { input_tokens: 31, output_tokens: 90 } } }],
    ['timings', { timings: { prompt_n: 31, predicted_n: 90 } }],
    ['response_metadata', { response_metadata: { token_usage: usage } }],
  ])('counts in %s', async (_name, beside) => {
    const text = JSON.stringify({ ...body(separate, 'stop', null), ...beside })
    const { result } = await ask((response) => send(response, undefined, text))
    expect(billOf(result.attempts, result.ok ? result.body : undefined)).toMatchObject({
      prompt: 31,
      completion: 90,
    })
  })

  test('zeros alone are no counts', async () => {
    const counts = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
    const { result } = await ask((response) =>
      send(response, undefined, JSON.stringify(body(separate, 'stop', counts))),
    )
    expect(billOf(result.attempts, result.ok ? result.body : undefined).completion).toBeGreaterThan(20)
  })
})

describe('errors in the words of their server', () => {
  test.each<[string, number, unknown, RegExp]>([
    [
      'Gemini',
      400,
      [
        {
          error: {
            code: 400,
            message: 'Unknown name "seed": Cannot find field.',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
      /Unknown name "seed".*remove that field/u,
    ],
    [
      'FastAPI',
      422,
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }] },
      /body\.seed: Extra inputs are not permitted.*remove that field/u,
    ],
    [
      'Mistral',
      422,
      {
        object: 'error',
        message: {
          detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }],
        },
        code: null,
      },
      /Extra inputs.*remove that field/u,
    ],
    [
      'MiniMax',
      200,
      { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
      /insufficient balance.*add credit/u,
    ],
    [
      'MiniMax, a key',
      200,
      { base_resp: { status_code: 1004, status_msg: 'login fail' } },
      /login fail.*key/u,
    ],
    ['Zhipu', 429, { error: { code: '1113', message: '余额不足或无可用资源包' } }, /余额不足.*add credit/u],
    [
      'Alibaba',
      400,
      { code: 'InvalidParameter', message: 'The parameter seed is not supported.', request_id: 'r' },
      /seed is not supported.*remove that field/u,
    ],
    [
      'a gateway in Java',
      401,
      { timestamp: 1, status: 401, error: 'Unauthorized', message: 'the token is gone' },
      /the token is gone/u,
    ],
    [
      'Tencent',
      200,
      { Response: { Error: { Code: 'X', Message: 'insufficient balance' } } },
      /insufficient balance.*add credit/u,
    ],
    ['a state', 200, { status: 'failed', reason: 'out of credits' }, /out of credits.*add credit/u],
    ['a fault', 401, { fault: { faultstring: 'the key is old' } }, /the key is old/u],
    [
      'each field',
      422,
      { errors: { seed: ['is not permitted'] } },
      /seed: is not permitted.*remove that field/u,
    ],
    [
      'an error in a text',
      400,
      { error: { message: '{"error":{"message":"unknown parameter: seed"}}' } },
      /HTTP 400: unknown parameter: seed/u,
    ],
    [
      'a list of errors',
      401,
      { success: false, errors: [{ code: 10000, message: 'no such account' }] },
      /no such account/u,
    ],
  ])('%s ends the run with its sentence', async (_name, status, refusal, says) => {
    for (const stream of [true, false])
      await expect(
        ask((response) => void response.writeHead(status).end(JSON.stringify(refusal)), { stream }),
      ).rejects.toThrow(says)
  })

  test('a limit in a 200 is waited for', async () => {
    const limited = { base_resp: { status_code: 1002, status_msg: 'rate limit' } }
    const { result, received } = await ask(
      (response, at) => send(response, undefined, JSON.stringify(at === 0 ? limited : body(separate))),
      { retries: 1 },
    )
    expect(result.ok).toBe(true)
    expect(received).toHaveLength(2)
  })
})

describe('the way to a server', () => {
  test.each([301, 302, 307, 308])('a redirect with %i keeps the request as it was', async (status) => {
    for (const stream of [true, false]) {
      const { read, received } = await ask(
        (response, at) =>
          at === 0
            ? void response.writeHead(status, { location: '/other/v1/chat/completions' }).end()
            : send(response, undefined, stream ? streamed(separate) : JSON.stringify(body(separate))),
        { stream },
      )
      expect(read).toMatchObject(whole)
      expect(received.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/other/v1/chat/completions'])
      expect(received[1]!.body).toEqual(received[0]!.body)
      expect(received[1]!.headers.authorization).toBe('Bearer key')
    }
  })

  test('a redirect to another host takes neither key nor prompt along, and a circle of them ends', async () => {
    const there = await startLoopback((response) => send(response, undefined, JSON.stringify(body(separate))))
    const address = there.baseUrl.replace('127.0.0.1', 'localhost')
    await expect(
      ask((response) => void response.writeHead(307, { location: address }).end()),
    ).rejects.toThrow(/localhost/)
    expect(there.received).toEqual([])
    await expect(
      ask((response) => void response.writeHead(307, { location: '/v1/round' }).end()),
    ).rejects.toThrow(/307/)
  })

  test('the proxy of the environment is used, and left out where NO_PROXY says so', async () => {
    const server = await startLoopback((response) =>
      send(response, undefined, JSON.stringify(body(separate))),
    )
    const proxy = await startProxy()
    const environment = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' }
    await withEnvironment(environment, async () => {
      expect((await askAt(server.baseUrl)).ok).toBe(true)
      expect(proxy.seen).toEqual([`${server.baseUrl}/chat/completions`])
    })
    await withEnvironment({ ...environment, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }, async () => {
      expect((await askAt(server.baseUrl)).ok).toBe(true)
      expect(proxy.seen).toHaveLength(1)
    })
  })
})

async function askAt(baseUrl: string) {
  const client = openEndpoint('main', Endpoint.parse({ base_url: baseUrl, retries: 0 }))
  try {
    return await client.ask({ model: 'M', messages: [{ role: 'user', content: '57 + 718?' }] })
  } finally {
    await client.close()
  }
}

async function withEnvironment(variables: Record<string, string>, run: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    await run()
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
}

/** A proxy that passes requests on: with the whole address in the request line, or through a tunnel. */
async function startProxy(): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = []
  const proxy = createServer((request, response) => {
    seen.push(request.url ?? '')
    const { method, headers } = request
    const passed = forward(request.url ?? '', { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(response)
    })
    request.pipe(passed)
  })
  const sockets = new Set<Socket>()
  proxy.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen }
}
