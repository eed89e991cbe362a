import { timingSafeEqual } from 'node:crypto'
import type { Context, Next } from 'hono'
import { sha256 } from '../../schemas/canonical.ts'

/** What a request must show before anything of the run is told. */
export type Guard = { host: string; token: string }

/**
 * Refuses what is no request of the page itself: another host name (a name that was made to point here), another origin, a
 * form or script of another page, and whoever has no token. Other programs of this machine can reach the port, too.
 */
export function guard({ host, token }: Guard) {
  return async (context: Context, next: Next): Promise<Response | undefined> => {
    const { req } = context
    if (req.header('host') !== host) return context.text('another host', 421)
    if (req.method !== 'GET' && req.method !== 'POST') return context.text('GET and POST only', 405)
    if (!req.path.startsWith('/api/')) return (await next(), undefined)
    const origin = req.header('origin')
    if (origin !== undefined && origin !== `http://${host}`) return context.text('another origin', 403)
    const site = req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin') return context.text('another site', 403)
    if (!isSame(req.header('x-review-token') ?? '', token)) return context.text('no token', 401)
    if (req.method === 'POST' && !/^application\/json\b/u.test(req.header('content-type') ?? ''))
      return context.text('JSON only', 403)
    await next()
    return undefined
  }
}

/** In a time that says nothing about where the two differ. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}

/** Headers of every answer. Nothing is loaded from elsewhere, and no text can become a script. */
export function safeHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
