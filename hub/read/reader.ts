import { setTimeout as sleep } from 'node:timers/promises'
import { openHubClient } from '../client/client.ts'
import { hubAddress } from '../client/environment.ts'
import { authorization } from '../client/token.ts'

/** Everything outside the program that reading from the Hub touches, passed in. */
export type HubAccess = {
  /** `HF_ENDPOINT` and `HF_TOKEN` are read, nothing else. */
  environment: Record<string, string | undefined>
  /** Tells a person something that changes nothing, on one line. */
  note: (text: string) => void
  fetch?: typeof globalThis.fetch
  wait?: (milliseconds: number) => Promise<unknown>
  now?: () => number
  random?: () => number
  /** How often a request is sent before it counts as failed. */
  tries?: number
  /** How long a server may say nothing, in milliseconds. */
  silence?: number
}

/** Reads from one Hub. */
export type HubReader = {
  /** Address without a slash at the end. */
  endpoint: string
  hasToken: boolean
  /**
   * A GET whose answer `read` makes something of. Both are repeated where that may help, `read` with a new response.
   *
   * @throws HubError for a status that is no success and when no answer came to its end
   */
  get<Result>(
    address: string,
    read: (response: Response) => Promise<Result>,
    headers?: Record<string, string>,
  ): Promise<Result>
  /** The bytes of a body, each counted, also of bodies that broke. */
  body(response: Response): AsyncGenerator<Uint8Array>
  bytesRead(): number
  close(): Promise<void>
}

/** A server that sends nothing for so long has forgotten its reader. */
const silenceMs = 60_000

/**
 * Prepares requests; nothing is sent yet.
 *
 * @throws UsageError when `HF_ENDPOINT` is no address or `HF_TOKEN` cannot be sent
 */
export function openHubReader({ environment, ...given }: HubAccess): HubReader {
  const address = hubAddress(environment)
  const client = openHubClient({
    ...address,
    now: given.now ?? Date.now,
    random: given.random ?? Math.random,
    wait: given.wait ?? ((ms) => sleep(ms)),
    silenceMs: given.silence ?? silenceMs,
    tries: given.tries,
    fetch: given.fetch,
  })
  let bytes = 0
  return {
    endpoint: client.endpoint,
    hasToken: client.hasToken,
    get: (url, read, headers = {}) =>
      client.call(
        new URL(url),
        { headers: { 'accept-encoding': 'identity', ...headers, ...authorization(address) } },
        { use: read },
      ),
    async *body(response) {
      for await (const chunk of client.body(response)) {
        bytes += chunk.length
        yield chunk
      }
    },
    bytesRead: () => bytes,
    close: () => client.close(),
  }
}
