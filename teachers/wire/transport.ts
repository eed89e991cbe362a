import { Writable } from 'node:stream'
import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import type { ChatRequest } from '../../schemas/arm.ts'
import { CallError } from './call-error.ts'
import { describeErrorBody } from './describe-failure.ts'
import { findDialect } from '../dialects/registry.ts'
import type { Server } from '../endpoint-options.ts'
import { parseJson } from '../json.ts'
import { retryAfterMs } from './retry-after.ts'

type Fetch = typeof globalThis.fetch

/** A body that is handed on as it comes: `type` is its content type. */
type ByteSink = (type: string) => (bytes: Uint8Array) => void

/** The client of one endpoint and the connections below it. */
export type Transport = {
  /**
   * For answers that come as one body: sends a request and returns the text of a 2xx response.
   * @throws CallError for another status, else what the client or the connection broke with
   */
  ask(body: ChatRequest, signal: AbortSignal): Promise<string>
  /**
   * For answers that come token by token, which the client turns into objects at many times the cost: sends a request
   * and hands the bytes of a 2xx response to what `sink` gives, until its end.
   * @throws CallError for another status, else what the connection broke with
   */
  post(body: ChatRequest, signal: AbortSignal, sink: ByteSink): Promise<void>
  /** A GET below the base URL, with the key. */
  get(path: string, signal: AbortSignal): Promise<Response>
  /** A GET of another address of the server, without the key. */
  fetch: Fetch
  close(): Promise<void>
}

/**
 * Connections that neither retry nor give up by themselves. They have no time limits, because an answer may take an hour
 * before its first byte; limits are the caller's. A status other than 2xx throws CallError with the whole error body, of
 * which the client alone would keep one shape only.
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
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 30_000 }, allowH2: false })
  // One dispatcher works only with the fetch of its own undici.
  const plainFetch = ((url: string, init: object) =>
    undiciFetch(url, { ...init, dispatcher: agent })) as unknown as Fetch

  async function checkedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const response = await plainFetch(url, init)
    if (response.ok) return response
    throw refusal(response.status, await response.text(), response.statusText, response.headers)
  }

  function refusal(status: number, text: string, fallback: string, headers: HeaderReader): CallError {
    const failure = describeErrorBody(parseJson(text) ?? text, fallback)
    const message = failure.message || `HTTP ${status}`
    return new CallError({ ...failure, status, message, retryAfterMs: retryAfterMs(headers, now()) })
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

  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...keyHeaders }

  function chatPath(model: string): string {
    return address?.chatPath(model, baseUrl) ?? '/chat/completions'
  }

  function urlOf(path: string): URL {
    const url = new URL(`${baseUrl.replace(/\/+$/u, '')}${path}`)
    if (apiVersion !== undefined) url.searchParams.set('api-version', apiVersion)
    return url
  }

  async function ask(body: ChatRequest, signal: AbortSignal): Promise<string> {
    const response = await client.post(chatPath(body.model), { body, signal }).asResponse()
    return response.text()
  }

  function get(path: string, signal: AbortSignal): Promise<Response> {
    return plainFetch(urlOf(path).href, { headers: keyHeaders, signal })
  }

  async function post(body: ChatRequest, signal: AbortSignal, sink: ByteSink): Promise<void> {
    let refused: { status: number; text: string; headers: HeaderReader } | undefined
    const { origin, pathname, search } = urlOf(chatPath(body.model))
    const request = {
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal,
    } as const
    await agent.stream(request, ({ statusCode, headers: raw }) => {
      const received: HeaderReader = { get: (name) => [raw[name]].flat()[0] ?? null }
      if (statusCode >= 200 && statusCode < 300) return writableOf(sink(received.get('content-type') ?? ''))
      const decoder = new TextDecoder()
      const error = { status: statusCode, text: '', headers: received }
      refused = error
      return writableOf((bytes) => (error.text += decoder.decode(bytes, { stream: true })))
    })
    if (refused !== undefined) throw refusal(refused.status, refused.text, '', refused.headers)
  }

  return { ask, post, get, fetch: plainFetch, close: () => agent.destroy() }
}

type HeaderReader = { get(name: string): string | null }

/** What `take` throws ends the request with it. */
function writableOf(take: (bytes: Uint8Array) => void): Writable {
  return new Writable({
    write(bytes: Uint8Array, _encoding, done) {
      try {
        take(bytes)
      } catch (error) {
        done(error as Error)
        return
      }
      done()
    },
  })
}
