import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createBoard } from './board.ts'
import { serve } from '@hono/node-server'
import { Hono, type Context, type Next } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { sha256 } from '../../../schemas/canonical.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Connection } from './connection.ts'

/**
 * Serves a page of a queue on 127.0.0.1 and nowhere else: what waits, what is worked on, what failed. It changes nothing.
 *
 * @param port 0 for any that is free
 * @throws RunError when the port is taken
 */
export async function serveDashboard(
  connection: Connection,
  port: number,
): Promise<{ url: string; close: () => Promise<void> }> {
  const token = randomBytes(24).toString('base64url')
  const board = createBoard(connection)
  let app: Hono | undefined
  return new Promise((resolve, reject) => {
    const server = serve(
      // The host is known only when the port is.
      { fetch: (request) => app!.fetch(request), hostname: '127.0.0.1', port },
      ({ port: own }) => {
        const host = `127.0.0.1:${own}`
        app = new Hono().use(guard(host, token)).route('/', board.pages)
        resolve({
          url: `http://${host}/?token=${token}`,
          async close() {
            await new Promise<void>((closed) => {
              server.close(() => closed())
              if ('closeAllConnections' in server) server.closeAllConnections()
            })
            await board.close()
          },
        })
      },
    )
    server.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new RunError(
          `cannot listen on 127.0.0.1:${port} (${cause.code}); choose another port with --dashboard`,
          {
            cause,
          },
        ),
      ),
    )
  })
}

const cookie = 'twinstill-queue'

/**
 * Refuses another host name (one that was made to point here), everything that would change something, and whoever has no
 * token. It stands in the address that is printed, and in a cookie from then on.
 */
function guard(host: string, token: string) {
  return async (context: Context, next: Next): Promise<Response | undefined> => {
    const { req } = context
    if (req.header('host') !== host) return context.text('another host', 421)
    if (req.method !== 'GET') return context.text('GET only', 405)
    const given = req.query('token')
    if (given !== undefined && isSame(given, token)) {
      setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return context.redirect('/')
    }
    if (!isSame(getCookie(context, cookie) ?? '', token)) return context.text('no token', 401)
    await next()
    for (const [name, value] of Object.entries(headers)) context.header(name, value)
    return undefined
  }
}

/** The pages want fonts of another host and do without. */
const headers = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'self'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** In a time that says nothing about where the two differ. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}
