import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { CallError } from './call-error.ts'
import { describeErrorBody } from './describe-failure.ts'
import { parseJson } from './json.ts'
import { retryAfterMs } from './retry-after.ts'

export type Fetch = typeof globalThis.fetch

/** The client of one endpoint and the connections below it. */
export type Transport = { client: OpenAI; fetch: Fetch; close(): Promise<void> }

/**
 * An `openai` client that neither retries nor gives up by itself. Its own fetch and connections have no time limits,
 * because an answer may take an hour before its first byte; limits are the caller's. A status other than 2xx throws
 * CallError with the whole error body, of which the client alone would keep one shape only.
 */
export function openTransport(
  baseUrl: string,
  { apiKey = '', fetch, now }: { apiKey?: string | undefined; fetch?: Fetch | undefined; now: () => number },
): Transport {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 30_000 }, allowH2: false })
  // One dispatcher works only with the fetch of its own undici, so a fetch that is passed in goes without.
  const plainFetch =
    fetch ??
    (((url: string, init: object) => undiciFetch(url, { ...init, dispatcher: agent })) as unknown as Fetch)

  async function checkedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
    const response = await plainFetch(url, init)
    if (response.ok) return response
    const text = await response.text()
    const failure = describeErrorBody(parseJson(text) ?? text, response.statusText)
    throw new CallError({
      ...failure,
      status: response.status,
      message: failure.message || `HTTP ${response.status}`,
      retryAfterMs: retryAfterMs(response.headers, now()),
    })
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
  return { client, fetch: plainFetch, close: () => agent.destroy() }
}
