import OpenAI from 'openai'
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici'
import type { ChatRequest } from '../../schemas/arm.ts'
import { proxyOptions } from '../../schemas/proxy.ts'
import { findDialect } from '../dialects/registry.ts'
import type { Server } from '../endpoint-options.ts'
import { parseJson } from '../json.ts'
import { boundedResponse } from './bounded-response.ts'
import { CallError } from './call-error.ts'
import { describeErrorBody } from './error-body.ts'
import { followRedirects } from './redirects.ts'
import { retryAfterMs } from './retry-after.ts'

type Fetch = typeof globalThis.fetch

/** The client of one endpoint and the connections below it. */
export type Transport = {
  /**
   * Sends a request and returns the bytes of a 2xx response as they come, uncompressed.
   * @throws CallError for another status, else what the client or the connection broke with
   */
  send(body: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** A GET below the base URL, with the key. */
  get(path: string, signal: AbortSignal): Promise<Response>
  /** A GET of another address of the server, without the key. */
  fetch: Fetch
  close(): Promise<void>
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

  async function checkedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const response = await plainFetch(url, init)
    if (response.ok) return response
    const text = await response.text()
    const failure = describeErrorBody(parseJson(text) ?? text, response.statusText)
    const message = failure.message || `HTTP ${response.status}`
    const wait = retryAfterMs(response.headers, now())
    throw new CallError({ ...failure, status: response.status, message, retryAfterMs: wait })
  }

  const client = new OpenAI({
    baseURL: baseUrl,
    // The client insists on a key of its own; the header that it makes of it is replaced or taken out again.
    apiKey: 'none',
    defaultHeaders: { authorization: null, ...keyHeaders },
    defaultQuery: apiVersion === undefined ? undefined : { 'api-version': apiVersion },
    // Otherwise taken from the environment and sent to whatever server the recipe names.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    fetch: checkedFetch,
  })

  return {
    async send(body, signal) {
      const path = address?.chatPath(body.model, baseUrl) ?? '/chat/completions'
      const accept = body['stream'] === true ? 'text/event-stream' : 'application/json'
      // The client turns streams into objects at many times the cost of reading them, so it hands on the bytes.
      const response = await client.post(path, { body, signal, headers: { accept } }).asResponse()
      return response.body ?? empty()
    },
    get(path, signal) {
      const url = new URL(`${baseUrl.replace(/\/+$/u, '')}${path}`)
      if (apiVersion !== undefined) url.searchParams.set('api-version', apiVersion)
      return plainFetch(url.href, { headers: keyHeaders, signal })
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
