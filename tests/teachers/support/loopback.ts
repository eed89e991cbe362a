import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A request as a test server got it. */
export type Received = { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }

/** Answers the request with this index; the request itself comes last because most answers do not depend on it. */
export type Handler = (response: ServerResponse, index: number, request: Received) => void | Promise<void>

export type Loopback = { baseUrl: string; received: Received[]; close(): Promise<void> }

/** A server on the loopback interface that answers with `handler` and is gone when the test is. */
export async function startLoopback(handler: Handler, port = 0): Promise<Loopback> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The gauges of a queue, which these servers do not have; they are no requests of the test.
    if (/^\/(?:metrics|v1\/metrics|v1\/loads\b.*)$/u.test(request.url ?? '')) {
      response.writeHead(404).end()
      return
    }
    const sent = await text(request)
    const body = (sent === '' ? {} : JSON.parse(sent)) as Record<string, unknown>
    const entry = { path: request.url ?? '', headers: request.headers, body }
    received.push(entry)
    await handler(response, received.length - 1, entry)
  }

  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }
  onTestFinished(close)
  const { port: bound } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${bound}/v1`, received, close }
}

/** A chat completion with this message. */
export function completion(message: Record<string, unknown>, finishReason: string | null = 'stop'): object {
  return {
    id: 'cmpl-1',
    object: 'chat.completion',
    model: 'served-model',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }],
    usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A chunk of a stream with this delta. */
export function chunk(delta: Record<string, unknown>, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }]
  return event({ id: 'cmpl-1', object: 'chat.completion.chunk', model: 'served-model', choices })
}

export function event(data: unknown): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}

export function sendStream(response: ServerResponse, ...events: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events.join(''))
}
