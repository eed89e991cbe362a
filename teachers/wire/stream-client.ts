import type OpenAI from 'openai'
import type { ChatRequest } from '../../schemas/arm.ts'

type Given = {
  baseUrl: string
  apiVersion: string | undefined
  /** The header with the key, if there is one. */
  keyHeaders: Record<string, string>
  fetch: typeof globalThis.fetch
}

/** Asks for one streamed answer; the response has the status 2xx. */
export type AskForStream = (
  path: string,
  body: ChatRequest,
  options: { signal: AbortSignal; headers: Record<string, string> },
) => Promise<Response>

/**
 * Streams are asked for by the `openai` package, which speaks the protocol as the servers' makers test it. Its cost is
 * lost beside that of reading a stream. It is loaded with the first one, because loading it takes a tenth of a second.
 */
export function openStreamClient({ baseUrl, apiVersion, keyHeaders, fetch }: Given): AskForStream {
  let client: OpenAI | undefined
  return async (path, body, { signal, headers }) => {
    client ??= new (await import('openai')).default({
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
      fetch,
    })
    // It would turn the stream into objects at many times the cost of reading it, so it hands on the bytes.
    return client
      .post(path, { body, signal, headers: { ...headers, accept: 'text/event-stream' } })
      .asResponse()
  }
}
