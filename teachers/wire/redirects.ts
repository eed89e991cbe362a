import { CallError } from './call-error.ts'

/** More redirects than any server needs go in a circle. */
const mostRedirects = 5

const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308])

type Send = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends a request and follows the redirects of its server with the same method and body: a browser would turn a POST into
 * a GET, which no model server answers. Neither the prompt nor the key goes to another origin, and what another origin
 * answers is not taken for an answer.
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
    if (!redirects.has(response.status) || location === null || followed === mostRedirects) return response
    await response.body?.cancel()
    const next = URL.parse(location, at)
    if (next === null || next.origin !== new URL(url).origin)
      throw new CallError({
        status: response.status,
        message: `it sends its callers on to ${next?.origin ?? 'what is no address'}, where neither key nor prompt goes; if that is the server that you mean, set base_url to its address`,
      })
    at = next.href
  }
}
