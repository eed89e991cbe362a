/** More redirects than any server needs go in a circle. */
const mostRedirects = 5

const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308])

type Send = (url: string, init: RequestInit) => Promise<Response>

/**
 * Sends a request and follows the redirects of its server with the same method and body: a browser would turn a POST into
 * a GET, which no model server answers. The key goes to the same host only, and never from https to http.
 */
export async function followRedirects(
  send: Send,
  { url, init, keyHeader }: { url: string; init: RequestInit; keyHeader: string },
): Promise<Response> {
  let at = url
  let headers = new Headers(init.headers)
  for (let followed = 0; ; followed += 1) {
    const response = await send(at, Object.assign({}, init, { headers }))
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null || followed === mostRedirects) return response
    await response.body?.cancel()
    const [from, to] = [new URL(at), new URL(location, at)]
    const trusted = from.hostname === to.hostname && !(from.protocol === 'https:' && to.protocol === 'http:')
    if (!trusted) headers = withoutKey(headers, keyHeader)
    at = to.href
  }
}

function withoutKey(headers: Headers, keyHeader: string): Headers {
  const kept = new Headers(headers)
  kept.delete(keyHeader)
  kept.delete('authorization')
  return kept
}
