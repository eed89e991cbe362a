import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** How a server may write what it repeats. */
export const encodings: Readonly<Record<string, (key: string) => string>> = {
  raw: (key) => key,
  'JSON-escaped': (key) =>
    Array.from(key, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'URL-encoded': (key) =>
    Array.from(key, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  base64: (key) => Buffer.from(`user:${key}`).toString('base64'),
}

/** Where it repeats it: in an answer or an error, in the pages that say what it is. */
export const places = [
  'content',
  'reasoning_content',
  'model',
  'id',
  'system_fingerprint',
  'a member that nobody knows',
  'the name of a member',
  'a tool call',
  'an error in a 500',
  'an error in a 200',
  'the list of models',
  'the header that names the server',
  'the page of the version',
  'a streamed piece',
] as const

/**
 * A teacher that repeats the Authorization header of every request wherever a body has room for text, each time in
 * another encoding. Its answers are right.
 */
export async function echoingTeacher(
  answerTo: (message: string) => string,
): Promise<{ baseUrl: string } & AsyncDisposable> {
  let count = 0
  const server = createServer((request, response) => void answer(request, response))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '')
    const nth = count++
    const said = (offset: number): string =>
      Object.values(encodings)[(nth + offset) % Object.keys(encodings).length]!(key)
    response.setHeader('server', `server ${encodings['base64']!(key)}`)
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') {
      const page = request.url!.endsWith('/models')
        ? { data: [{ id: `m ${said(0)}`, max_model_len: 9000 }, { id: 'm' }] }
        : { version: said(1), build_info: said(2) }
      response.end(JSON.stringify(page))
      return
    }
    const body = JSON.parse(await text(request)) as { messages: { content: string }[]; stream?: boolean }
    if (nth % 5 === 3) {
      response.statusCode = 500
      response.end(JSON.stringify({ error: { message: `no: ${said(0)}`, code: said(1).slice(0, 300) } }))
      return
    }
    if (nth % 7 === 6) {
      response.end(JSON.stringify({ error: { message: `Authorization: Bearer ${said(0)}`, code: 503 } }))
      return
    }
    const content = `${said(0)} then ${answerTo(body.messages.at(-1)!.content)}`
    const message = {
      role: 'assistant',
      content,
      reasoning_content: `I was sent ${said(1)} and ${said(2)}. Let me think about the question at hand.`,
      [`x-${said(3)}`]: 'named',
      extra: { deep: [said(1)] },
      tool_calls: [{ function: { name: 'f', arguments: JSON.stringify({ key: said(2) }) } }],
    }
    const top = { id: said(1), model: `m ${said(2)}`, system_fingerprint: said(3), [said(0)]: said(1) }
    const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 }
    if (body.stream !== true) {
      const choices = [{ index: 0, message, finish_reason: 'stop' }]
      response.end(JSON.stringify({ ...top, choices, usage }))
      return
    }
    response.setHeader('content-type', 'text/event-stream')
    for (const piece of content.match(/[^]{1,5}/gu)!)
      response.write(
        `data: ${JSON.stringify({ ...top, choices: [{ index: 0, delta: { content: piece } }] })}\n\n`,
      )
    response.end(
      `data: ${JSON.stringify({ ...top, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\ndata: [DONE]\n\n`,
    )
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
