import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'
import { proxyOptions } from '../../schemas/proxy.ts'
import type { HubAddress } from './environment.ts'
import {
  badAnswer,
  type CallKind,
  HubError,
  isPassingStatus,
  isTransient,
  networkError,
  notAHub,
  refusalText,
} from './error.ts'
import { type Answer, follow } from './follow.ts'
import { putObject } from './put-object.ts'
import { withRetries } from './retry.ts'
import { serverWaitMs } from './server-wait.ts'
import { headersFor } from './token.ts'

type Fetch = typeof globalThis.fetch

/** Everything outside the program that asking the Hub touches, passed in. */
export type HubClientOptions = HubAddress & {
  now: () => number
  /** Between 0 and 1, for the delays between tries. */
  random: () => number
  wait: (ms: number, signal?: AbortSignal) => Promise<unknown>
  /** Told when the server asks for a pause. */
  onPause?: (ms: number) => void
  /** How long a server may say nothing, in milliseconds. */
  silenceMs: number
  /** How often a call is tried before it counts as failed. */
  tries?: number | undefined
  fetch?: Fetch | undefined
}

/** So many times the silence that is allowed may a whole answer of the API take. */
const wholeAnswers = 3
/** The longest that may be waited in all while nothing but answers of the API comes: an hour is twelve of its windows. */
const mostWaitMs = 3_600_000
/** Bytes of a body that must come in the time of that silence. */
const leastBytes = 16 * 1024

type CallOptions<Result> = {
  /** Makes something of a response. It is repeated with the call, with a new response. */
  use: (response: Response, kind: CallKind) => Promise<Result>
  /** Refusals that the caller has a meaning for. */
  isExpected?: (response: Response, kind: CallKind) => boolean
  /** Whether an answer of the Hub's API must come from the Hub itself. */
  staysAtHub?: boolean
}

/** Calls to one Hub and to the stores that it sends its callers to, for reading and for publishing. */
export type HubClient = {
  endpoint: string
  hasToken: boolean
  kindOf(url: URL, method?: string): CallKind
  /**
   * Sends a call; by `init.signal` it is given up. It is repeated after a broken connection, 408, 429 and 5xx, and after
   * a refusal of the store that a reader was sent to, whose address may have run out; a commit only after 429, which says
   * that it was not looked at.
   *
   * @throws HubError for a refusal and for a call that does not come to an answer
   */
  call<Result>(url: URL, init: RequestInit, options: CallOptions<Result>): Promise<Result>
  /** The bytes of a body. Throws a HubError when it breaks off. */
  body(response: Response, kind?: CallKind): AsyncGenerator<Uint8Array>
  close(): Promise<void>
}

/** Prepares calls; nothing is sent yet. */
export function openHubClient(options: HubClientOptions): HubClient {
  const { endpoint, token, silenceMs } = options
  const { origin } = new URL(endpoint)
  const secrets = token === undefined ? [] : [token]
  const agent = new EnvHttpProxyAgent({
    ...proxyOptions(process.env),
    connect: { timeout: Math.min(30_000, silenceMs) },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    allowH2: false,
  })
  // One dispatcher works only with the fetch of its own undici.
  const fetch = (options.fetch ??
    ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent }))) as Fetch
  /** Where files were found in the end, so that further ranges of one do not ask the Hub again. */
  const stores = new Map<string, URL>()
  let isReached = false
  let isKnownHub = false
  /** Since the last file that came or went: a Hub may let pages and refusals take turns without end. */
  let waitedMs = 0

  const kindOf: HubClient['kindOf'] = (url, method = 'GET') => {
    if (method === 'PUT') return 'object'
    if (url.origin !== origin) return 'foreign'
    if (method === 'GET' && /\/resolve\//u.test(url.pathname)) return 'read'
    return method === 'POST' && /\/commit\/[^/]+$/u.test(url.pathname) ? 'commit' : 'api'
  }

  async function answerTo(url: URL, init: RequestInit, call: CallKind, staysAtHub: boolean): Promise<Answer> {
    const send = async (at: URL, request: RequestInit): Promise<Response> => {
      try {
        const response = await (call === 'object'
          ? putObject(at, request, agent)
          : fetch(at.href, { ...request, redirect: 'manual' }))
        isReached = true
        return response
      } catch (error) {
        throw networkError(error, { call, host: at.host }, secrets)
      }
    }
    const context = { hub: options, call, send, staysAtHub }
    const store = call === 'read' ? stores.get(url.href) : undefined
    if (store !== undefined) {
      const headers = headersFor(store, url, init.headers, options)
      const response = await send(store, { ...init, headers })
      if (response.ok || isPassingStatus(response.status)) return { response, url: store, isSentOn: true }
      // Addresses in stores are signed for an hour or so.
      await response.body?.cancel()
      stores.delete(url.href)
    }
    const answer = await follow(url, init, context)
    if (call === 'read' && answer.response.ok && answer.url.origin !== origin)
      stores.set(url.href, answer.url)
    return answer
  }

  async function once<Result>(
    url: URL,
    init: RequestInit,
    call: CallKind,
    given: CallOptions<Result>,
  ): Promise<Result> {
    // What the API answers is small: it comes, or it is not waited for. Files may be large and have no such limit.
    const limit =
      call === 'api' || call === 'commit' ? AbortSignal.timeout(wholeAnswers * silenceMs) : undefined
    const signals = [init.signal, limit].filter((signal) => signal !== undefined && signal !== null)
    const limited = { ...init, signal: signals.length === 0 ? null : AbortSignal.any(signals) }
    try {
      const answer = await answerTo(url, limited, call, given.staysAtHub ?? false)
      await refuse(answer, call, given)
      const result = await given.use(answer.response, call)
      if (call !== 'api') waitedMs = 0
      return result
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason
      if (limit?.aborted)
        throw new HubError(`no whole answer within ${Math.ceil((wholeAnswers * silenceMs) / 1000)} s`, {
          call,
          host: url.host,
          code: 'TOO_SLOW',
        })
      throw error
    }
  }

  async function refuse(
    { response, url: { origin: from, host }, isSentOn }: Answer,
    call: CallKind,
    { isExpected }: Pick<CallOptions<unknown>, 'isExpected'>,
  ): Promise<void> {
    const isPage = (response.headers.get('content-type') ?? '').startsWith('text/html')
    const isApi = call === 'api' || call === 'commit'
    // A Hub that has shown itself to be one may refuse a call with a page, as the servers before it do.
    if (isPage && isApi && (response.ok || (!isKnownHub && !isPassingStatus(response.status)))) {
      await response.body?.cancel()
      throw new HubError('a web page came', { call, code: notAHub, host })
    }
    if (isApi && !isPage && from === origin) isKnownHub = true
    if (response.ok || isExpected?.(response, call)) return
    throw new HubError(await refusalText(response, secrets), {
      call,
      status: response.status,
      code: response.headers.get('x-error-code') ?? '',
      host,
      isSentOn,
      waitMs: serverWaitMs(response.headers, options.now()),
    })
  }

  return {
    endpoint,
    hasToken: token !== undefined,
    kindOf,
    call: (url, init, given) => {
      const kind = kindOf(url, init.method)
      return withRetries(() => once(url, init, kind, given), {
        tries: options.tries,
        mayRepeat,
        isReached: () => isReached,
        askedWaitMs: (error) => (error instanceof HubError ? error.waitMs : null),
        random: options.random,
        wait: (ms) => {
          waitedMs += ms
          if (waitedMs > mostWaitMs)
            throw new HubError(
              `it was waited for more than ${mostWaitMs / 60_000} minutes in all, and no file came`,
              { call: kind, host: url.host, code: badAnswer },
            )
          return options.wait(ms, init.signal ?? undefined)
        },
        onPause: (ms) => options.onPause?.(ms),
        signal: init.signal ?? undefined,
      })
    },
    async *body(response, kind = 'read') {
      const facts = { call: kind, host: new URL(response.url || endpoint).host }
      try {
        yield* notTooSlow((response.body ?? []) as AsyncIterable<Uint8Array>, silenceMs, options.now)
      } catch (error) {
        throw networkError(error, facts, secrets)
      }
    },
    close: () => agent.destroy(),
  }
}

/**
 * A server that sends a byte now and then is as good as silent. Only the time that is spent waiting for it counts, not
 * that of the reader.
 */
async function* notTooSlow(
  body: AsyncIterable<Uint8Array>,
  silenceMs: number,
  now: () => number,
): AsyncGenerator<Uint8Array> {
  let waitedMs = 0
  let bytes = 0
  let asked = now()
  for await (const piece of body) {
    waitedMs += now() - asked
    bytes += piece.length
    if (waitedMs > silenceMs) {
      if (bytes < leastBytes)
        throw Object.assign(new Error(`only ${bytes} bytes came in ${Math.round(waitedMs / 1000)} s`), {
          code: 'TOO_SLOW',
        })
      waitedMs = bytes = 0
    }
    yield piece
    asked = now()
  }
}

function mayRepeat(error: Error): boolean {
  if (!(error instanceof HubError)) return false
  if (error.call === 'commit') return error.status === 429
  const isStale = error.isSentOn && (error.call === 'read' || error.call === 'api')
  return isTransient(error) || isStale
}
