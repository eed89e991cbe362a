import { createServer, type AddressInfo } from 'node:net'
import { deflateSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { ChatRequest } from '../../schemas/arm.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import type { AskResult } from '../../teachers/endpoint/endpoint-client.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { completion } from './support/loopback.ts'

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: '1 + 1?' }] }
const body = JSON.stringify(completion({ content: '2' }))
const good = (headers = '', content: string | Buffer = body): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n${headers}\r\n`),
    Buffer.from(content),
  ])

/** Asks a server that writes these bytes, whatever it is asked, and closes the connection. */
async function ask(bytes: Buffer, options = {}): Promise<AskResult & { asked: string }> {
  let asked = ''
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (data) => {
      asked = data.toString()
      socket.end(bytes)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const endpoint = Endpoint.parse({ base_url: `http://127.0.0.1:${port}/v1`, retries: 0, ...options })
  const client = openEndpoint('main', endpoint)
  onTestFinished(() => client.close())
  return { ...(await client.ask(request)), asked }
}

const forms = [{ stream: false }, { stream: true }]

test.each(forms)('what is no HTTP is a failed try and not the end of the run: %j', async (form) => {
  expect(await ask(Buffer.from('hello\r\n\r\n'), form)).toMatchObject({
    ok: false,
    code: 'connection',
    message: expect.stringContaining('HTTP/1.1 protocol'),
  })
})

test.each(forms)('letters of many bytes in the status line or a header lose no answer: %j', async (form) => {
  const line = Buffer.from(`HTTP/1.1 200 Fertig 完了\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  expect(await ask(line, form)).toMatchObject({ ok: true })
  expect(await ask(good('x-note: Grüße 完了\r\n'), form)).toMatchObject({ ok: true })
})

test('deflate is not asked for, because its two forms are taken for each other', async () => {
  const { asked, ...answered } = await ask(good('content-encoding: deflate\r\n', deflateSync(body)))
  expect(answered).toMatchObject({ ok: true })
  expect(asked).not.toContain('deflate')
})

test('a body that is said to be packed two thousand times is not unpacked', async () => {
  const headers = `content-encoding: ${Array.from({ length: 2000 }, () => 'gzip').join(', ')}\r\n`
  expect(await ask(good(headers))).toMatchObject({ ok: true })
})
