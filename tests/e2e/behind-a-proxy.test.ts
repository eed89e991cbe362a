import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request as forward,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completion, sendJson } from '../teachers/support/loopback.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const passed = 'x-passed-by'
const noProxy = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    [name, ''],
    [name.toLowerCase(), ''],
  ]),
)
let proxy: Server
let teacher: Server
let seen: string[] = []

beforeAll(async () => {
  teacher = await listening(async (request, response) => {
    await text(request)
    if (request.headers[passed] === undefined)
      response
        .writeHead(403, { 'content-type': 'text/html' })
        .end('<html><h1>No way in from here</h1></html>')
    else if (request.method === 'GET') sendJson(response, { data: [{ id: 'Qwen/Qwen3-8B' }] })
    else sendJson(response, completion({ content: '\\boxed{1}', reasoning_content: 'one' }))
  })
  proxy = await listening((request, response) => {
    seen.push(request.url ?? '')
    if (request.url?.includes('hub.invalid')) return sendJson(response, { error: 'not there' }, 404)
    const { method } = request
    const headers = { ...request.headers, [passed]: 'proxy' }
    const onward = forward(request.url ?? '', { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
})

afterAll(() => {
  for (const server of [proxy, teacher]) {
    server.closeAllConnections()
    server.close()
  }
})

test.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('%s may name a bare host and port', async (name) => {
  const { code, stderr } = await generate({ [name]: hostOf(proxy) })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(seen).toContain(`http://${hostOf(teacher)}/gateway/v1/chat/completions`)
})

test('a server that only answers through a proxy is told in its own words, with what to set', async () => {
  for (const environment of [{}, { HTTP_PROXY: hostOf(proxy), NO_PROXY: '127.0.0.1' }]) {
    const { code, stderr } = await generate(environment)
    expect(code).toBe(1)
    expect(stderr).toMatch(/HTTP 403: No way in from here: .*only a proxy may ask.*HTTP_PROXY/u)
  }
  expect(seen).toEqual([])
})

test('a proxy that is down is named, and the variable that names it', async () => {
  const gone = await listening(() => undefined)
  const host = hostOf(gone)
  gone.close()
  await once(gone, 'close')
  const { code, stderr } = await generate({ HTTP_PROXY: `http://user:hush@${host}` })
  expect(code).toBe(1)
  expect(stderr).toContain(
    `start the server or its proxy ${host}, or correct base_url, HTTP_PROXY or NO_PROXY`,
  )
  expect(stderr).not.toContain('hush')
})

test('a proxy that lets nobody through is named', async () => {
  const { stderr } = await generate({ HTTPS_PROXY: hostOf(proxy) }, `https://${hostOf(teacher)}/v1`)
  expect(stderr).toMatch(/the proxy \S+ lets nobody through to it: .* correct HTTPS_PROXY or NO_PROXY/u)
})

test.each(['http://', 'ftp://hush:21', 'http://hush:port'])('%s is no proxy', async (value) => {
  const { code, stderr } = await generate({ HTTP_PROXY: value })
  expect(code).toBe(2)
  expect(stderr).toContain('HTTP_PROXY does not hold the address of a proxy; write it as http://HOST:PORT')
  expect(stderr).not.toContain('hush')
})

test('the Hub is asked through the proxy too', async () => {
  const recipe = smallRecipe('simulated', { problems: { hub: 'org/set' } })
  await run('problems', recipe, { HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: hostOf(proxy) })
  expect(seen.some((url) => url.startsWith('http://hub.invalid/api/datasets/org/set'))).toBe(true)
})

function generate(environment: Record<string, string>, baseUrl = `http://${hostOf(teacher)}/gateway/v1`) {
  const recipe = smallRecipe(baseUrl, {
    problems: { builtin: { count: 2, seed: 1 } },
    generate: { probe: 'never' },
  })
  return run('distill', recipe, environment)
}

async function run(command: string, recipe: Record<string, unknown>, environment: Record<string, string>) {
  seen = []
  await using folder = await temporaryFolder()
  const cwd = folder.path
  return await runCli([command, await writeRecipe(cwd, recipe)], {
    cwd,
    environment: { ...noProxy, ...environment },
  })
}

async function listening(
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<Server> {
  const server = createServer((request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
