import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export type CountingRelay = {
  baseUrl: string
  /** Requests for answers that are at the server now. */
  inFlight(): number
  /** The most that there have been at the same time since this was last called. */
  most(): number
} & AsyncDisposable

/** A server in front of a teacher that counts the requests for answers that are open at the same time, whoever sends them. */
export async function countingRelay(teacher: string): Promise<CountingRelay> {
  let inFlight = 0
  let most = 0
  const server = createServer((request, response) => {
    const counts = request.method === 'POST'
    if (counts) most = Math.max(most, (inFlight += 1))
    const left = new AbortController()
    response.on('close', () => {
      if (counts) inFlight -= 1
      left.abort()
    })
    relay(teacher, request, response, left.signal).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    inFlight: () => inFlight,
    most() {
      const found = most
      most = inFlight
      return found
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function relay(
  teacher: string,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const body = request.method === 'POST' ? await buffer(request) : undefined
  const answer = await fetch(new URL(request.url!, teacher), {
    method: request.method!,
    headers: { 'content-type': 'application/json' },
    ...(body && { body }),
    signal,
  })
  response.statusCode = answer.status
  response.setHeader('content-type', answer.headers.get('content-type') ?? 'text/plain')
  response.end(Buffer.from(await answer.arrayBuffer()))
}
