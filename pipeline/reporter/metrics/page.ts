import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../../../schemas/errors.ts'

/**
 * Serves one page at `/metrics` until it is closed. A run ends while it is served.
 *
 * @param port 0 for one that is free
 * @throws UsageError when the address cannot be listened at
 */
export async function openPage(
  { host, port }: { host: string; port: number },
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?')
    if (path !== '/metrics') response.writeHead(404, plain).end('the metrics are at /metrics\n')
    else if (request.method !== 'GET' && request.method !== 'HEAD')
      response.writeHead(405, { ...plain, allow: 'GET, HEAD' }).end('only GET and HEAD\n')
    else answer(request, response)
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new UsageError(
      `metrics cannot be served at ${host}:${port} (${code ?? String(cause)}); name another port, or 0 for one that is free`,
      { cause },
    )
  }
  server.unref()
  const { address, family, port: taken } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const plain = { 'content-type': 'text/plain; charset=utf-8' }
