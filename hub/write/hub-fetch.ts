import pRetry from 'p-retry'
import { Agent, fetch as undiciFetch } from 'undici'
import { checkBatch } from './check-batch.ts'
import {
  badAnswer,
  HubError,
  isTransient,
  notAHub,
  sentElsewhere,
  shown,
  type CallKind,
} from './hub-error.ts'
import { putObject } from './put-object.ts'
import { serverWaitMs } from '../server-wait.ts'

type Fetch = typeof globalThis.fetch

export type HubFetchOptions = {
  /** Origin and path of the Hub without a slash at the end. */
  endpoint: string
  /** Sent to no other origin. */
  token: string | undefined
  /** Ends waiting and sending, except of a commit that is on its way. */
  stop: AbortSignal
  now: () => number
  random: () => number
  /** Waits; the signal ends it with its reason, see `waitUnlessStopped`. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told when the server asks for a pause. */
  onPause: (ms: number) => void
}

/** Tries of one call, the first included. */
const tries = 7
const firstWaitMs = 500
const longestWaitMs = 20_000
/** The Hub counts in windows of five minutes; a longer pause is a person's decision. */
const longestPauseMs = 330_000

/**
 * The `fetch` that is handed to @huggingface/hub, which itself retries nothing, keeps every uploaded file in memory
 * and hides the headers of a refusal:
 *
 * - everything but a commit is repeated after 408, 429, 5xx and broken connections, as long as the server asks, else
 *   after a delay that doubles. A commit is repeated only after 429, which says that it was not looked at;
 * - objects are sent in pieces and never follow a redirect;
 * - the token goes to the Hub's own origin only;
 * - a response that is not good is thrown as a HubError, except a 404 that the package itself has a meaning for.
 */
export function openHubFetch(options: HubFetchOptions): { fetch: Fetch; close: () => Promise<void> } {
  const { token, stop, now, random, wait } = options
  const hub = new URL(options.endpoint)
  const agent = new Agent({ headersTimeout: 150_000, bodyTimeout: 150_000, connect: { timeout: 30_000 } })
  const secrets = token === undefined ? [] : [token]
  let reached = false

  async function hubFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input)
    const kind = kindOf(url, hub, init)
    // The package gives a call up when another one has failed: nobody waits for it any more.
    const given = AbortSignal.any([stop, ...(init.signal && kind !== 'commit' ? [init.signal] : [])])
    return pRetry(() => once(url, kind, withoutForeignToken(url, init)), {
      retries: tries - 1,
      minTimeout: 0,
      signal: kind === 'commit' ? undefined : given,
      shouldRetry: ({ error }) => mayRepeat(error, kind),
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (retriesLeft > 0 && mayRepeat(error, kind)) await pause(error as HubError, attemptNumber, given)
      },
    })
  }

  async function once(url: URL, kind: CallKind, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await (kind === 'object' ? putObject(url, init, agent) : whole(url, kind, init))
    } catch (error) {
      if (stop.aborted && kind !== 'commit') throw stop.reason
      if (error instanceof HubError || (init.signal?.aborted && kind !== 'commit')) throw error
      throw networkError(error, kind, secrets)
    }
    reached ||= url.origin === hub.origin
    await refuse(response, kind)
    if (kind === 'api' && url.pathname.endsWith('/info/lfs/objects/batch'))
      checkBatch(await response.clone().text())
    return response
  }

  /** With its whole body, none of which is large, so that one that breaks off is met here and the call repeated. */
  async function whole(url: URL, kind: CallKind, init: RequestInit): Promise<Response> {
    const response = await undiciFetch(url, {
      ...(init as object),
      dispatcher: agent,
      // A commit that is on its way is waited for: cutting it off only hides what became of it.
      ...(kind === 'commit' && { signal: null }),
      // Following would keep a copy of the body.
      ...(kind === 'foreign' && init.method === 'POST' && { redirect: 'error' }),
    })
    const { status, statusText } = response
    const refused = misplaced(response, url, kind, new Headers(init.headers).has('range'))
    if (refused) {
      await response.body?.cancel()
      throw refused
    }
    const body = await response.arrayBuffer()
    return new Response(body.byteLength === 0 ? null : body, {
      status,
      statusText,
      headers: [...response.headers],
    })
  }

  async function refuse(response: Response, kind: CallKind): Promise<void> {
    const isPage = (response.headers.get('content-type') ?? '').startsWith('text/html')
    if (isPage && (kind === 'api' || kind === 'commit') && response.status < 500)
      throw new HubError('a web page came', { call: kind, code: notAHub })
    if (response.ok) return
    const code = response.headers.get('x-error-code') ?? ''
    if (response.status === 404 && (kind === 'foreign' || code === 'EntryNotFound')) return
    const message = response.headers.get('x-error-message') ?? errorText(await response.text())
    throw new HubError(shown(message || response.statusText || 'no reason given', secrets), {
      call: kind,
      status: response.status,
      code,
      waitMs: serverWaitMs(response.headers, now()),
    })
  }

  function mayRepeat(error: Error, kind: CallKind): boolean {
    if (!(error instanceof HubError)) return false
    // An address in the store that has run out, of which the Hub gives a new one; its own refusals have a code.
    const ranOut = kind === 'read' && error.status === 403 && error.code === ''
    if (!isTransient(error) && !ranOut) return false
    if ((error.waitMs ?? 0) > longestPauseMs) return false
    // A wrong address or no network at all does not get better in a few seconds.
    if (error.status === 0 && !reached) return false
    return kind !== 'commit' || error.status === 429
  }

  /** As long as the server asks, else a random part of a delay that doubles. */
  async function pause(error: HubError, attempt: number, signal: AbortSignal): Promise<void> {
    const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1))
    const ms = error.waitMs ?? ceiling * (0.5 + random() / 2)
    if (error.waitMs !== null) options.onPause(ms)
    await wait(ms, signal)
  }

  function withoutForeignToken(url: URL, init: RequestInit): RequestInit {
    if (url.origin === hub.origin || token === undefined) return init
    const headers = new Headers(init.headers)
    if (headers.get('authorization')?.includes(token)) headers.delete('authorization')
    return { ...init, headers: Object.fromEntries(headers) }
  }

  return { fetch: hubFetch, close: () => agent.close() }
}

function kindOf(url: URL, hub: URL, { method = 'GET' }: RequestInit): CallKind {
  if (method === 'PUT') return 'object'
  if (url.origin !== hub.origin) return 'foreign'
  if (method === 'GET' && /\/resolve\//u.test(url.pathname)) return 'read'
  return method === 'POST' && /\/commit\/[^/]+$/u.test(url.pathname) ? 'commit' : 'api'
}

/**
 * An answer that is not looked at: one to a call that only the Hub itself can answer, from another origin, which did not get
 * the token; and a whole file, which may be large, where a few bytes were asked for.
 */
function misplaced(
  { url: from, ok, status }: { url: string; ok: boolean; status: number },
  { origin }: URL,
  kind: CallKind,
  ranged: boolean,
): HubError | undefined {
  const answered = from === '' ? origin : new URL(from).origin
  if ((kind === 'api' || kind === 'commit') && answered !== origin)
    return new HubError(answered, { call: kind, code: sentElsewhere })
  if (kind === 'read' && ranged && ok && status !== 206)
    return new HubError(`${answered} sends the whole file where a range was asked for`, {
      call: kind,
      code: badAnswer,
    })
  return undefined
}

function networkError(error: unknown, call: CallKind, secrets: readonly string[]): HubError {
  const { cause } = error as { cause?: unknown }
  const codes = [error, cause].map((each) => (each as { code?: unknown } | undefined)?.code)
  const code = codes.find((each) => typeof each === 'string') ?? 'network error'
  const message = (cause instanceof Error ? cause : (error as Error)).message
  return new HubError(shown(message || code, secrets), { call, code }, { cause: error })
}

/** What the body of a refusal says: the Hub's JSON, an object store's XML, or plain text. */
function errorText(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown }
    return [error, message].find((text) => typeof text === 'string') ?? ''
  } catch {
    return /<Message>([^<]*)/u.exec(body)?.[1] ?? (body.startsWith('<') ? '' : body)
  }
}
