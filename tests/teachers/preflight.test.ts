import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { RunError } from '../../schemas/errors.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { checkEndpoint } from '../../teachers/endpoint/preflight.ts'
import { type Loopback, sendJson, startLoopback } from './support/loopback.ts'

const list = { object: 'list', data: [{ id: 'm1' }, { id: 'm2' }] }

async function check(server: Loopback, models: string[] = ['m1'], apiKey = 'secret-key') {
  const options = Endpoint.parse({ base_url: server.baseUrl, api_key_env: 'MY_KEY' })
  return await checkEndpoint('main', options, models, { apiKey, deadlineMs: 500 })
}

test('a server that lists its models is fine, and a model that is not among them is named', async () => {
  const server = await startLoopback((response) => sendJson(response, list))
  expect(await check(server)).toEqual({ models: ['m1', 'm2'], warnings: [] })
  expect(server.received[0]).toMatchObject({
    path: '/v1/models',
    headers: { authorization: 'Bearer secret-key' },
  })
  const { warnings } = await check(server, ['m1', 'm3'])
  expect(warnings).toEqual(['endpoint main does not list the model m3: it lists m1, m2'])
})

test('a provider that is pinned behind the model is none of the list', async () => {
  const server = await startLoopback((response) => sendJson(response, list))
  expect((await check(server, ['m1:cerebras'])).warnings).toEqual([])
})

test('a model without a tag is the one that Ollama lists as latest, and no other', async () => {
  const tagged = { object: 'list', data: [{ id: 'm1:latest' }, { id: 'm2:8b' }] }
  const server = await startLoopback((response) => sendJson(response, tagged))
  expect((await check(server, ['m1', 'm1:latest', 'm2:8b'])).warnings).toEqual([])
  expect((await check(server, ['m2'])).warnings).toEqual([
    'endpoint main does not list the model m2: it lists m1:latest, m2:8b',
  ])
})

test('of several servers one that can be used is enough', async () => {
  const [good, dead] = [
    await startLoopback((response) => sendJson(response, list)),
    await startLoopback(() => undefined),
  ]
  await dead.close()
  const several = Endpoint.parse({ base_url: [dead.baseUrl, good.baseUrl] })
  const { warnings } = await checkEndpoint('main', several, ['m1', 'm3'], {})
  expect(warnings).toEqual(['endpoint main does not list the model m3: it lists m1, m2'])
  await good.close()
  await expect(checkEndpoint('main', several, ['m1'], {})).rejects.toThrow(RunError)
})

test('a port that fetch refuses is named as such', async () => {
  const blocked = Endpoint.parse({ base_url: 'http://127.0.0.1:6000/v1' })
  await expect(checkEndpoint('main', blocked, ['m1'], {})).rejects.toThrow(
    /its port is one of those that the Fetch standard blocks/u,
  )
})

test.each([404, 405])('a server without a list (%i) is fine', async (status) => {
  const server = await startLoopback((response) => sendJson(response, { error: 'no' }, status))
  expect(await check(server)).toEqual({ models: null, warnings: [] })
})

test.each([
  [
    'a wrong key',
    (r: ServerResponse) => sendJson(r, { error: { message: 'bad key secret-key' } }, 401),
    'set a valid key in MY_KEY',
  ],
  ['a key of nobody', (r: ServerResponse) => sendJson(r, 'who are you', 401), 'set a valid key in MY_KEY'],
])('%s ends in one line', async (_name, handler, says) => {
  const server = await startLoopback(handler)
  const error = await check(server).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RunError)
  expect((error as RunError).message).toContain(says)
  expect((error as RunError).message).toContain('endpoint main (http://127.0.0.1:')
  expect((error as RunError).message).not.toMatch(/secret-key|\n/u)
})

test.each([
  ['a web page', (r: ServerResponse) => void r.writeHead(200).end('<!doctype html>'), 'a web page'],
  ['a broken server', (r: ServerResponse) => sendJson(r, { error: { message: 'boom' } }, 500), 'boom'],
  [
    'a key without the right',
    (r: ServerResponse) => sendJson(r, { error: 'secret-key may not' }, 403),
    'may not',
  ],
  ['a refusal', (r: ServerResponse) => sendJson(r, [{ error: { message: 'no list' } }], 400), 'no list'],
  ['silence', () => undefined, 'no answer within 0.5 s'],
])('a list that cannot be read (%s) is a warning', async (_name, handler, says) => {
  const server = await startLoopback(handler)
  const { models, warnings } = await check(server)
  expect(models).toBeNull()
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain(says)
  expect(warnings[0]).toContain('endpoint main (http://127.0.0.1:')
  expect(warnings[0]).not.toMatch(/secret-key|\n/u)
})

test('a server that is not there is said to be not there', async () => {
  const server = await startLoopback(() => undefined)
  await server.close()
  await expect(check(server)).rejects.toThrow(/ECONNREFUSED.*start the server or correct base_url/u)
})

test('a key that is missing is asked for by the name of its variable', async () => {
  const server = await startLoopback((response) => sendJson(response, { error: 'unauthorized' }, 401))
  await expect(check(server, ['m1'], '')).rejects.toThrow('set MY_KEY, which is empty')
})
