import { Writable } from 'node:stream'
import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { CallError } from './call-error.ts'
import { describeErrorBody } from './describe-failure.ts'
import { parseJson } from './json.ts'
import { retryAfterMs } from './retry-after.ts'

type Fetch = typeof globalThis.fetch

/** A body that is handed on as it comes: `type` is its content type. */
export type ByteSink = (type: string) => (bytes: Uint8Array) => void

/** The client of one endpoint and the connections below it. */
export type Transport = {
  /** For answers that come as one body. */
  client: OpenAI
  /**
   * For answers that come token by token, which the client turns into objects at many times the cost: sends a request
   * and hands the bytes of a 2xx response to what `sink` gives, until its end.
   * @throws CallError for another status, else what the connection broke with
   */
  post(body: unknown, signal: AbortSignal, sink: ByteSink): Promise<void>
  /** A GET of another address of the server. */
  fetch: Fetch
  close(): Promise<void>
}

/**
 * Connections that neither retry nor give up by themselves. They have no time limits, because an answer may take an hour
 * before its first byte; limits are the caller's. A status other than 2xx throws CallError with the whole error body, of
 * which the client alone would keep one shape only.
 */
export function openTransport(
  baseUrl: string,
  { apiKey = '', now }: { apiKey?: string | undefined; now: () => number },
): Transport {
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
    // The client insists on a key; without one the header is taken out again.
    apiKey: apiKey === '' ? 'none' : apiKey,
    defaultHeaders: apiKey === '' ? { Authorization: null } : {},
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

  const { origin, pathname } = new URL(`${baseUrl.replace(/\/+$/u, '')}/chat/completions`)
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
  }

  async function post(body: unknown, signal: AbortSignal, sink: ByteSink): Promise<void> {
    let refused: { status: number; text: string; headers: HeaderReader } | undefined
    const request = {
      origin,
      path: pathname,
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

  return { client, post, fetch: plainFetch, close: () => agent.destroy() }
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
