import { CallError } from './call-error.ts'

/** More redirects than any server needs go in a circle. */
const mostRedirects = 5

const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308])

/**
 * Where a response sends its caller with the same method and body, if it does: a browser would turn a POST into a GET,
 * which no model server answers. Neither the prompt nor the key goes to another origin, and what another origin answers is
 * not taken for an answer.
 *
 * @param at the address that was asked
 * @param followed redirects that were followed before
 * @throws CallError for a redirect that leads elsewhere
 */
export function nextAddress({
  status,
  location,
  at,
  followed,
}: {
  status: number
  location: string | null
  at: string
  followed: number
}): URL | undefined {
  if (!redirects.has(status) || location === null || followed === mostRedirects) return undefined
  const next = URL.parse(location, at)
  if (next !== null && next.origin === new URL(at).origin) return next
  throw new CallError({
    status,
    message: `it sends its callers on to ${next?.origin ?? 'what is no address'}, where neither key nor prompt goes; if that is the server that you mean, set base_url to its address`,
  })
}

type Send = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends a request and follows the redirects of its server.
 *
 * @throws CallError for a redirect that leads elsewhere
 */
export async function followRedirects(
  send: Send,
  { url, init }: { url: string; init: RequestInit },
): Promise<Response> {
  let at = url
  for (let followed = 0; ; followed += 1) {
    const response = await send(at, init)
    const location = response.headers.get('location')
    const { status } = response
    try {
      const next = nextAddress({ status, location, at, followed })
      if (next === undefined) return response
      at = next.href
    } catch (error) {
      await response.body?.cancel()
      throw error
    }
    await response.body?.cancel()
  }
}
