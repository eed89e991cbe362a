import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { ChatRequest } from '../../schemas/arm.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { completion, sendJson, startLoopback } from './support/loopback.ts'

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'a prompt to keep' }] }

test.each(
  (['openai', 'azure'] as const).flatMap((dialect) =>
    [301, 302, 307, 308].flatMap((status) => [false, true].map((stream) => ({ dialect, status, stream }))),
  ),
)('neither key nor prompt follows a redirect to another origin: %j', async ({ dialect, status, stream }) => {
  const other = await startLoopback((response) => sendJson(response, completion({ content: 'stolen' })))
  const first = await startLoopback(
    (response) => void response.writeHead(status, { location: `${other.baseUrl}/chat/completions` }).end(),
  )
  const endpoint = Endpoint.parse({ base_url: first.baseUrl, dialect, stream, retries: 0 })
  const client = openEndpoint('main', endpoint, { apiKey: 'a-key-to-keep' })
  onTestFinished(() => client.close())
  await expect(client.ask(request)).rejects.toThrow(
    /sends its callers on to http.*where neither key nor prompt goes/u,
  )
  expect(other.received).toEqual([])
})

test('a redirect within the server is followed with the prompt', async () => {
  const server = await startLoopback((response, index) =>
    index === 0
      ? void response.writeHead(307, { location: '/v2/chat/completions' }).end()
      : sendJson(response, completion({ content: 'here' })),
  )
  const client = openEndpoint('main', Endpoint.parse({ base_url: server.baseUrl }), { apiKey: 'a-key' })
  onTestFinished(() => client.close())
  expect(await client.ask(request)).toMatchObject({ ok: true })
  expect(server.received[1]!.body).toMatchObject({ messages: request.messages })
})

test('a bomb of compressed nothing is one failed try', async () => {
  const bomb = gzipSync(Buffer.alloc(100_000_000, 32))
  const server = await startLoopback(
    (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(bomb),
  )
  const client = openEndpoint('main', Endpoint.parse({ base_url: server.baseUrl, retries: 0 }))
  onTestFinished(() => client.close())
  expect(await client.ask(request)).toMatchObject({
    ok: false,
    code: 'bad_response',
    message: expect.stringContaining('64 MB'),
  })
})
