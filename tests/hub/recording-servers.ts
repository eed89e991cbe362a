import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request that came: to which server, counted from 0, and its head as text. */
type Seen = { server: number; head: string }

export type Recording = {
  /** Their origins; the first plays the Hub. */
  origins: string[]
  seen: Seen[]
}

/** So many servers on loopback, each an origin of its own, which write down what they are asked. */
export async function recordingServers(
  count: number,
  answer: (request: IncomingMessage, response: ServerResponse, server: number) => void,
): Promise<Recording> {
  const seen: Seen[] = []
  const servers = Array.from({ length: count }, (_, server) =>
    createServer((request, response) => {
      seen.push({ server, head: `${request.method} ${request.url} ${request.rawHeaders.join(' ')}` })
      request.resume().on('end', () => answer(request, response, server))
    }).listen(0, '127.0.0.1'),
  )
  onTestFinished(() => {
    for (const server of servers) server.close().closeAllConnections()
  })
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const origins = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { origins, seen }
}
