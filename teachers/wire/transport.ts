import { text as textOf } from 'node:stream/consumers'
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'
import type { ChatRequest } from '../../schemas/arm.ts'
import { proxyOptions } from '../../schemas/proxy.ts'
import { findDialect } from '../dialects/registry.ts'
import type { Server } from '../endpoint-options.ts'
import { version } from '../../schemas/version.ts'
import { parseJson } from '../json.ts'
import { boundedResponse } from './bounded-response.ts'
import { CallError } from './call-error.ts'
import { describeErrorBody } from './error-body.ts'
import { post, type Posted } from './post.ts'
import { followRedirects } from './redirects.ts'
import { retryAfterMs } from './retry-after.ts'
import { openStreamClient } from './stream-client.ts'

type Fetch = typeof globalThis.fetch

const agentHeader = { 'user-agent': `twinstill/${version}` }

/** The client of one endpoint and the connections below it. */
export type Transport = {
  /**
   * Sends a request and returns the bytes of a 2xx response as they come, uncompressed.
   * @throws CallError for another status, else what the client or the connection broke with
   */
  send(body: ChatRequest, signal: AbortSignal, options?: SendOptions): Promise<AsyncIterable<Uint8Array>>
  /** A GET below the base URL, with the key. */
  get(path: string, signal: AbortSignal): Promise<Response>
  /** A GET of another address of the server, without the key. */
  fetch: Fetch
  close(): Promise<void>
}

export type SendOptions = {
  /** Headers beside those of every request. */
  headers?: Record<string, string> | undefined
  /** Is told the headers of a 2xx response as they come. */
  onHeaders?: ((headers: Headers) => void) | undefined
}

/**
 * Connections that neither retry nor give up by themselves. They have no time limits, because an answer may take an hour
 * before its first byte; limits are the caller's. They go through the proxy that the environment names, compressed bodies
 * are unpacked, and redirects are followed with the method and body that were sent, whoever asks. A status other than 2xx
 * throws CallError with the whole error body, of which the client alone would keep one shape only.
 */
export function openTransport(
  server: Server,
  { apiKey = '', now }: { apiKey?: string | undefined; now: () => number },
): Transport {
  const { baseUrl, dialect, apiVersion } = server
  const { address } = findDialect(dialect)
  const keyHeader = address?.keyHeader ?? 'authorization'
  const keyHeaders: Record<string, string> =
    apiKey === '' ? {} : { [keyHeader]: address === undefined ? `Bearer ${apiKey}` : apiKey }
  const dispatcher = openDispatcher(server)
  // One dispatcher works only with the fetch of its own undici.
  const plainFetch = ((url: string, init: RequestInit = {}) =>
    followRedirects(send, { url, init }).then(boundedResponse)) as unknown as Fetch

  function send(url: string, init: RequestInit): Promise<Response> {
    const options: object = { ...init, dispatcher, redirect: 'manual' }
    return undiciFetch(url, options)
  }

  function failure(text: string, { status, statusText, headers }: Omit<Posted, 'body'>): CallError {
    const described = describeErrorBody(parseJson(text) ?? text, statusText)
    const message = described.message || `HTTP ${status}`
    return new CallError({ ...described, status, message, retryAfterMs: retryAfterMs(headers, now()) })
  }

  const askForStream = openStreamClient({
    baseUrl,
    apiVersion,
    keyHeaders,
    async fetch(url, init) {
      const response = await plainFetch(url, init)
      if (response.ok) return response
      throw failure(await response.text(), response)
    },
  })

  function addressOf(path: string): URL {
    const url = new URL(`${baseUrl.replace(/\/+$/u, '')}${path}`)
    if (apiVersion !== undefined) url.searchParams.set('api-version', apiVersion)
    return url
  }

  return {
    async send(body, signal, { headers = {}, onHeaders } = {}) {
      const path = address?.chatPath(body.model, baseUrl) ?? '/chat/completions'
      if (body['stream'] === true) {
        const response = await askForStream(path, body, { signal, headers })
        onHeaders?.(response.headers)
        return response.body ?? empty()
      }
      const response = await post(dispatcher, addressOf(path), {
        text: JSON.stringify(body),
        headers: { ...agentHeader, ...keyHeaders, ...headers },
        signal,
      })
      if (response.status < 200 || response.status > 299) throw failure(await textOf(response.body), response)
      onHeaders?.(response.headers)
      return response.body
    },
    get(path, signal) {
      return plainFetch(addressOf(path).href, { headers: keyHeaders, signal })
    },
    fetch: plainFetch,
    close: () => dispatcher.destroy(),
  }
}

/** Through the proxy of the environment, the simulator in this process directly. */
function openDispatcher({ direct }: Server): Dispatcher {
  const options = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 30_000 }, allowH2: false }
  return direct === true
    ? new Agent(options)
    : new EnvHttpProxyAgent({ ...options, ...proxyOptions(process.env) })
}

async function* empty(): AsyncGenerator<Uint8Array> {}
