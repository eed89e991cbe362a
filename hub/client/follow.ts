import { headersFor } from './token.ts'
import type { HubAddress } from './environment.ts'
import { badAnswer, type CallKind, HubError, sentElsewhere } from './error.ts'

/** What came, from where in the end, and whether the way there left the Hub's own origin. */
export type Answer = { response: Response; url: URL; isSentOn: boolean }

export type FollowOptions = {
  hub: HubAddress
  call: CallKind
  /** Sends one request and follows nothing. */
  send: (url: URL, init: RequestInit & { headers: Headers }) => Promise<Response>
  /** Whether an answer of the Hub's API must come from the Hub itself. */
  staysAtHub: boolean
}

const mostHops = 10
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * Sends a request and follows its redirects one by one, so that every step gets its headers by the rule of the token.
 * An upload is not sent on: its redirect is an answer like any other.
 *
 * @throws HubError for a redirect that leads nowhere, and for one that leads an API call away from the Hub where the
 *   caller needs the Hub itself: the token would not go there
 */
export async function follow(asked: URL, init: RequestInit, options: FollowOptions): Promise<Answer> {
  const { hub, call, send, staysAtHub } = options
  const { origin } = new URL(hub.endpoint)
  const isUpload = call === 'object' || (call === 'foreign' && (init.method ?? 'GET') !== 'GET')
  let url = asked
  let isSentOn = url.origin !== origin
  let request = init
  for (let hop = 0; hop <= mostHops; hop++) {
    const headers = headersFor(url, asked, request.headers, hub)
    const response = await send(url, { ...request, headers })
    const location = response.headers.get('location')
    if (!redirects.has(response.status) || location === null || isUpload) return { response, url, isSentOn }
    await response.body?.cancel()
    const next = URL.parse(location, url.href)
    if (next === null || !/^https?:$/u.test(next.protocol))
      throw new HubError('a redirect to what is no address', { call, host: url.host, code: badAnswer })
    if (staysAtHub && (call === 'api' || call === 'commit') && next.origin !== origin)
      throw new HubError(next.origin, { call, code: sentElsewhere, host: next.host })
    request = sentOn(request, response.status)
    url = next
    isSentOn ||= url.origin !== origin
  }
  throw new HubError(`more than ${mostHops} redirects`, { call, host: url.host, code: badAnswer })
}

/** The request of the next step: by most redirects a question without a body, by 307 and 308 the same again. */
function sentOn(request: RequestInit, status: number): RequestInit {
  const method = request.method ?? 'GET'
  const becomesGet =
    status === 303 ? method !== 'GET' : (status === 301 || status === 302) && method === 'POST'
  if (!becomesGet) return request
  const { body: _body, ...rest } = request
  const headers = [...new Headers(request.headers)].filter(([name]) => !name.startsWith('content-'))
  return { ...rest, method: 'GET', headers }
}
