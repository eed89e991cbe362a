import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { ChatRequest } from '../../schemas/arm.ts'
import { RunError, StoppedError } from '../../schemas/errors.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { type EndpointClient, type EndpointDeps, openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { startSimulatedTeacher } from '../../simulators/teacher/start.ts'
import { fakeClock } from './support/clock.ts'
import { completion, type Handler, type Loopback, sendJson, startLoopback } from './support/loopback.ts'

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: '1 + 1?' }], max_tokens: 100 }
const good = (response: ServerResponse): void => sendJson(response, completion({ content: '2' }))
const refusing =
  (status: number, message = 'no'): Handler =>
  (response) =>
    sendJson(response, { error: { message } }, status)

async function open(
  handlers: readonly Handler[],
  options: Record<string, unknown> = {},
  deps: EndpointDeps = {},
): Promise<{ client: EndpointClient; servers: Loopback[]; told: string[] }> {
  const servers = await Promise.all(
    handlers.map((handler) =>
      // What asks whether a server is back is no request of the test.
      startLoopback((response, index, received) =>
        received.path === '/v1/models'
          ? sendJson(response, { data: [] })
          : handler(response, index, received),
      ),
    ),
  )
  const told: string[] = []
  const endpoint = Endpoint.parse({
    base_url: servers.map(({ baseUrl }) => baseUrl),
    dialect: 'vllm',
    max_in_flight: 4,
    ...options,
  })
  const { slept: _slept, ...clock } = fakeClock()
  const client = openEndpoint('main', endpoint, {
    ...clock,
    random: () => 0.5,
    tell: (text) => told.push(text),
    ...deps,
  })
  onTestFinished(() => client.close())
  return { client, servers, told }
}

test('the one with the most room is asked, and each has its own limit', async () => {
  const held: ServerResponse[] = []
  const hold: Handler = (response) => void held.push(response)
  const { client, servers } = await open([hold, hold, hold])
  const asked = Array.from({ length: 14 }, () => client.ask(request))
  await until(() => held.length === 12)
  await turns(20)
  expect(servers.map((server) => chats(server).length)).toEqual([4, 4, 4])
  expect(client.state()).toMatchObject({ inFlight: 12, waiting: 2, limit: 12 })
  let ready = false
  void client.ready().then(() => (ready = true))
  await turns(20)
  expect(ready).toBe(false)
  good(held[5]!)
  await until(() => held.length === 13)
  expect(chats(servers[indexOf(held[12]!, servers)]!)).toHaveLength(5)
  good(held[0]!)
  await until(() => held.length === 14)
  for (const response of held) if (!response.writableEnded) good(response)
  expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true)
  await until(() => ready)
})

test('a slow one gets no more than it can hold', async () => {
  const held: ServerResponse[] = []
  const { client, servers } = await open([good, (response) => void held.push(response)], { max_in_flight: 2 })
  const asked: Promise<unknown>[] = []
  for (let index = 0; index < 30; index++) {
    await client.ready()
    asked.push(client.ask(request))
  }
  await until(() => chats(servers[0]!).length === 28)
  expect(chats(servers[1]!)).toHaveLength(2)
  for (const response of held) good(response)
  await Promise.all(asked)
})

test('one that dies is set aside with one line, and the others answer everything', async () => {
  let dying: Loopback | undefined
  const dies: Handler = (response, index) => {
    if (index < 5) good(response)
    else void dying!.close()
  }
  const { client, servers, told } = await open([good, dies, good])
  dying = servers[1]!
  const sent: number[] = []
  const asked: Promise<{ ok: boolean; attempts: { error: string }[] }>[] = []
  for (let index = 0; index < 80; index++) {
    await client.ready()
    asked.push(client.ask(request, { onSend: () => void sent.push(index) }))
  }
  const results = await Promise.all(asked)
  expect(results.every(({ ok }) => ok)).toBe(true)
  // However often a request had to be sent, it has one line in the journal.
  expect(sent).toEqual([...new Set(sent)])
  expect(sent).toHaveLength(80)
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/endpoint main \(.*\): ECONNREFUSED.*it is set aside, 2 of 3 servers go on/u)
  expect(told[0]).toContain(servers[1]!.baseUrl)
  const failed = results.filter(({ attempts }) => attempts.length > 1)
  expect(failed.length).toBeGreaterThan(0)
  for (const { attempts } of failed) {
    expect(attempts.at(-1)!.error).toBe('')
    for (const { error } of attempts.slice(0, -1)) expect(['connection', 'unreachable']).toContain(error)
  }
})

test('one that comes back is asked again, and both are told', async () => {
  const clock = fakeClock()
  let comesBack = false
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await clock.sleep(ms, signal)
    if (comesBack) await startLoopback(good, portOf(servers[0]!)).then((server) => (again = server))
    comesBack = false
  }
  let again: Loopback | undefined
  const { client, servers, told } = await open([good, good], {}, { ...clock, sleep })
  await servers[0]!.close()
  expect(await client.ask(request)).toMatchObject({ ok: true })
  comesBack = true
  await until(() => told.length === 2)
  expect(told[1]).toBe(`endpoint main (${servers[0]!.baseUrl}): the server is back`)
  expect(await client.ask(request)).toMatchObject({ ok: true })
  expect(chats(again!)).toHaveLength(1)
})

test('one with another model or key is set aside at its first refusal', async () => {
  const { client, servers, told } = await open(
    [refusing(404, 'The model `m` does not exist.'), refusing(401), good],
    {},
    { sleep: never },
  )
  const results = await Promise.all(Array.from({ length: 20 }, () => client.ask(request)))
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect(told).toHaveLength(2)
  expect(chats(servers[0]!).length).toBeLessThanOrEqual(4)
})

test('a request that fails at one is asked at another before it is given up', async () => {
  const { client, servers } = await open([refusing(500), good], { retries: 1 })
  const result = await client.ask(request)
  expect(result).toMatchObject({ ok: true })
  expect(result.attempts.map(({ error }) => error)).toEqual(['http_500', 'http_500', ''])
  const everywhere = await open([refusing(500), refusing(503)], { retries: 0 })
  const given = await everywhere.client.ask(request)
  expect(given).toMatchObject({ ok: false, code: 'http_503', retryable: true })
  expect(given.attempts).toHaveLength(2)
  expect(chats(servers[1]!)).toHaveLength(1)
})

test('what the request itself is at fault for is asked once', async () => {
  const blocked = refusing(400, 'flagged by the content filter')
  const { client, servers } = await open([blocked, blocked])
  expect(await client.ask(request)).toMatchObject({ ok: false, code: 'content_filter' })
  expect(servers.map((server) => chats(server).length)).toEqual([1, 0])
})

test.each([
  ['not one answers', refusing(401), RunError],
  ['all are out of credit', refusing(402), StoppedError],
])('when none is left because %s the run ends', async (_name, handler, kind) => {
  const { client } = await open([handler, handler, handler], {}, { sleep: never })
  const error = await client.ask(request).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(kind)
  // Whoever waits for room learns it from its next request.
  await client.ready()
  expect((error as Error).message).toContain('(none of the 3 servers of this endpoint is left)')
  await expect(client.ask(request)).rejects.toBe(error)
})

test('the last one is waited for as a single server is', async () => {
  const clock = fakeClock()
  let sleeps = 0
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await clock.sleep(ms, signal)
    sleeps += 1
    if (sleeps === 12) await startLoopback(good, portOf(servers[1]!))
  }
  const { client, servers } = await open([good, good], { retries: 1 }, { ...clock, sleep })
  await Promise.all([client.ask(request), client.ask(request)])
  for (const server of servers) await server.close()
  expect(await client.ask(request)).toMatchObject({ ok: true })
})

test('after stop nothing is sent, and whoever waits for room is told why', async () => {
  const held: ServerResponse[] = []
  const hold: Handler = (response) => void held.push(response)
  const { client } = await open([hold, hold], { max_in_flight: 1 })
  const asked = Array.from({ length: 3 }, () => client.ask(request).catch((error: unknown) => error))
  await until(() => held.length === 2)
  const reason = new StoppedError('stopped by hand')
  client.stop(reason)
  for (const response of held) good(response)
  expect(await Promise.all(asked)).toEqual([
    expect.objectContaining({ ok: true }),
    expect.objectContaining({ ok: true }),
    reason,
  ])
  await expect(client.ask(request)).rejects.toBe(reason)
})

test('an aborted request rejects with its own reason and sets nothing aside', async () => {
  const controller = new AbortController()
  const aborts: Handler = (response, index) =>
    index === 0 ? controller.abort(new Error('enough')) : good(response)
  const { client, told } = await open([aborts, good])
  await expect(client.ask(request, { signal: controller.signal })).rejects.toThrow('enough')
  expect(told).toEqual([])
  expect(await client.ask(request)).toMatchObject({ ok: true })
})

test('three simulated teachers, one slow and one stopped half-way, answer every request once', async () => {
  const seen: string[] = []
  const start = (simulator: object) =>
    startSimulatedTeacher({ simulator, onRequest: ({ status, id }) => status === 200 && seen.push(id) })
  const teachers = await Promise.all([start({}), start({ first_token_ms: 30 }), start({})])
  onTestFinished(async () => {
    await teachers[0].close()
    await teachers[1].close()
  })
  const base_url = teachers.map(({ baseUrl }) => baseUrl)
  const endpoint = Endpoint.parse({ base_url, dialect: 'vllm', max_in_flight: 3 })
  const client = openEndpoint('main', endpoint)
  onTestFinished(() => client.close())
  const asked: Promise<{ ok: boolean; body?: unknown }>[] = []
  for (let seed = 0; seed < 90; seed++) {
    await client.ready()
    asked.push(client.ask(request, { seed }))
    if (seed === 45) await teachers[2].close()
  }
  const ids = (await Promise.all(asked)).map(({ body }) => (body as { id: string }).id)
  expect(new Set(ids).size).toBe(90)
  for (const id of ids) expect(seen).toContain(id)
})

function chats({ received }: Loopback): unknown[] {
  return received.filter(({ path }) => path === '/v1/chat/completions')
}

function indexOf(response: ServerResponse, servers: readonly Loopback[]): number {
  return servers.findIndex((server) => portOf(server) === response.socket?.localPort)
}

function portOf(server: Loopback): number {
  return Number(new URL(server.baseUrl).port)
}

/** A sleep that lasts until it is broken off. */
async function never(_ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
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
