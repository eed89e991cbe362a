import { setTimeout as sleep } from 'node:timers/promises'
import pRetry from 'p-retry'
import { Agent, fetch as undiciFetch } from 'undici'
import { serverWaitMs } from '../server-wait.ts'
import { UsageError } from '../../schemas/errors.ts'
import { BrokenConnection, causeOf, Refusal, refusalOf } from './failures.ts'

type Fetch = typeof globalThis.fetch
type Headers = Record<string, string>

/** Everything outside the program that reading from the Hub touches, passed in. */
export type HubAccess = {
  /** `HF_ENDPOINT` and `HF_TOKEN` are read, nothing else. */
  environment: Record<string, string | undefined>
  /** Tells a person something that changes nothing, on one line. */
  note: (text: string) => void
  fetch?: Fetch
  wait?: (milliseconds: number) => Promise<unknown>
  now?: () => number
  /** How often a request is sent before it counts as failed. */
  tries?: number
  /** How long a server may say nothing, in milliseconds. */
  silence?: number
}

/** Requests to one Hub. */
export type HubClient = {
  /** Address without a slash at the end. */
  base: string
  hasToken: boolean
  /**
   * A GET whose answer `read` makes something of. Both are repeated after a connection that broke, too many requests and
   * server errors, `read` therefore with a new response.
   *
   * @throws Refusal for a status that is no success, BrokenConnection when no answer came to its end
   */
  get<Result>(
    address: string,
    read: (response: Response) => Promise<Result>,
    headers?: Headers,
  ): Promise<Result>
  /** The bytes of a body, each counted, also of bodies that broke. */
  body(response: Response): AsyncGenerator<Uint8Array>
  bytesRead(): number
  close(): Promise<void>
}

const mostHops = 10
/** The Hub counts requests in windows of five minutes, so it never asks for a longer wait. */
const longestWait = 330_000
const shortestWait = 500

/**
 * Prepares requests; nothing is sent yet.
 *
 * @throws UsageError when `HF_ENDPOINT` is no address or `HF_TOKEN` cannot be sent
 */
export function openHubClient({ environment, ...given }: HubAccess): HubClient {
  const base = baseOf(environment['HF_ENDPOINT'])
  const token = tokenOf(environment['HF_TOKEN'])
  const { origin } = new URL(base)
  const { wait = sleep, now = Date.now, tries = 6, silence = 60_000 } = given
  const agent = new Agent({
    connect: { timeout: Math.min(30_000, silence) },
    headersTimeout: silence,
    bodyTimeout: silence,
    allowH2: false,
  })
  // One dispatcher works only with the fetch of its own undici.
  const send = (given.fetch ??
    ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent }))) as Fetch
  /** Where files were found in the end, so that further ranges of one do not ask the Hub again. */
  const stores = new Map<string, string>()
  let reached = false
  let read = 0

  async function sendOnce(address: string, headers: Headers): Promise<Response> {
    const url = new URL(address)
    // A token is for the Hub, never for the stores that it sends its readers to.
    const authorization: Headers =
      token !== undefined && url.origin === origin ? { authorization: `Bearer ${token}` } : {}
    try {
      // Redirects are followed by hand, because of the token and to see a new name.
      const response = await send(url.href, { redirect: 'manual', headers: { ...headers, ...authorization } })
      reached = true
      return response
    } catch (error) {
      throw new BrokenConnection(url.host, causeOf(error), { cause: error })
    }
  }

  async function follow(address: string, headers: Headers): Promise<Response> {
    const store = stores.get(address)
    if (store !== undefined) {
      const response = await sendOnce(store, headers)
      if (response.ok || isPassingStatus(response.status)) return response
      // Addresses in stores are signed for an hour or so.
      await response.body?.cancel()
      stores.delete(address)
    }
    let at = address
    for (let hop = 0; hop < mostHops; hop++) {
      const response = await sendOnce(at, headers)
      const location = response.headers.get('location')
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
        if (response.ok && new URL(at).origin !== origin) stores.set(address, at)
        return response
      }
      await response.body?.cancel()
      if (!/^https?:/.test(URL.parse(location, at)?.protocol ?? ''))
        throw new BrokenConnection(new URL(at).host, 'a redirect to what is no address')
      at = new URL(location, at).href
    }
    throw new BrokenConnection(new URL(at).host, `more than ${mostHops} redirects`)
  }

  return {
    base,
    hasToken: token !== undefined,
    get: (address, readResponse, headers = {}) =>
      pRetry(
        async () => {
          const response = await follow(address, { 'accept-encoding': 'identity', ...headers })
          if (!response.ok) {
            const { host, origin: answered } = new URL(response.url || address)
            const waitMs = serverWaitMs(response.headers, now())
            throw await refusalOf(response, { host, isStore: answered !== origin, waitMs })
          }
          return readResponse(response)
        },
        {
          retries: tries - 1,
          minTimeout: 0,
          shouldRetry: ({ error }) => isPassing(error),
          onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
            // A Hub that never answered is more likely not there than busy.
            const left = reached ? retriesLeft : retriesLeft - (tries - 3)
            if (!isPassing(error)) return
            if (left <= 0) throw error
            const doubled = shortestWait * 2 ** (attemptNumber - 1)
            const asked = error instanceof Refusal ? error.waitMs : null
            await wait(Math.min(longestWait, Math.max(doubled, asked ?? 0)))
          },
        },
      ),
    async *body(response) {
      try {
        for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
          read += chunk.length
          yield chunk
        }
      } catch (error) {
        throw new BrokenConnection(new URL(response.url || base).host, causeOf(error), { cause: error })
      }
    },
    bytesRead: () => read,
    close: () => agent.destroy(),
  }
}

function isPassing(error: unknown): boolean {
  // Of a store another way to the file is asked for: the one that was given may have run out.
  if (error instanceof Refusal) return error.isStore || isPassingStatus(error.status)
  return error instanceof BrokenConnection
}

function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function baseOf(endpoint: string | undefined): string {
  const address = endpoint?.trim() ? endpoint.trim().replace(/\/+$/, '') : 'https://huggingface.co'
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash
  )
    throw new UsageError(
      'HF_ENDPOINT must be the address of a Hub, such as https://huggingface.co; correct or unset it',
    )
  return address
}

function tokenOf(token: string | undefined): string | undefined {
  const trimmed = token?.trim() ?? ''
  if (/[^\x21-\x7e]/.test(trimmed))
    throw new UsageError('HF_TOKEN holds characters that no token has; correct or unset it')
  return trimmed === '' ? undefined : trimmed
}
