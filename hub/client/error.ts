/**
 * What a call does: sends an object to the store, commits (the one thing that must not be repeated blindly), reads a file
 * from wherever the Hub sends its readers, asks the Hub for anything else, or talks to another origin, such as the
 * content store.
 */
export type CallKind = 'object' | 'commit' | 'read' | 'api' | 'foreign'

/** A call to the Hub or its object store that did not come to a good end. Its message is one line without secrets. */
export class HubError extends Error {
  readonly call: CallKind
  /** HTTP status; 0 when there was no response. */
  readonly status: number
  /** `X-Error-Code` of the Hub, such as `RepoNotFound`, or the code of the network error. */
  readonly code: string
  /** Who answered, or did not; empty when that is nobody in particular. */
  readonly host: string
  /** Whether a refusal is the answer of another origin, to which the Hub sent the call on. */
  readonly isSentOn: boolean
  /** Milliseconds that the server asks to wait before the next try. */
  readonly waitMs: number | null

  constructor(
    message: string,
    facts: {
      call: CallKind
      status?: number
      code?: string
      host?: string
      isSentOn?: boolean
      waitMs?: number | null
    },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'HubError'
    this.call = facts.call
    this.status = facts.status ?? 0
    this.code = facts.code ?? ''
    this.host = facts.host ?? ''
    this.isSentOn = facts.isSentOn ?? false
    this.waitMs = facts.waitMs ?? null
  }
}

/** Code of an error for a web page where the Hub's JSON is due. */
export const notAHub = 'NotAHub'
/** Code of an error for an answer that cannot be used. */
export const badAnswer = 'BadAnswer'
/** Code of an error for a call that was sent on to another origin, whose address is the message. */
export const sentElsewhere = 'SentElsewhere'

const final = new Set([notAHub, badAnswer, sentElsewhere])

/** Whether the same call may succeed a moment later. */
export function isTransient({ status, code }: HubError): boolean {
  return status === 0 ? !final.has(code) : isPassingStatus(status)
}

/** Whether a server that answers so may answer otherwise a moment later. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501)
}

/** The error for a connection that was not made or broke off. */
export function networkError(
  error: unknown,
  facts: { call: CallKind; host: string },
  secrets: readonly string[],
): HubError {
  const { cause } = error as { cause?: unknown }
  const codes = [error, cause].map((each) => (each as { code?: unknown } | undefined)?.code)
  const code = codes.find((each) => typeof each === 'string') ?? ''
  const message = (cause instanceof Error ? cause : (error as Error)).message
  return new HubError(shown(message || code, secrets), { ...facts, code }, { cause: error })
}

/** The error for an answer that ended before its end, without the connection saying so. */
export function brokenOff(host: string, message: string): HubError {
  return new HubError(message, { call: 'read', host })
}

/** Bytes of a refusal's body that are looked at: anything may stand in it, of any length. */
const longestRefusal = 16 * 1024

/** What a response that is no success says of itself. Its body is used up. */
export async function refusalText(response: Response, secrets: readonly string[]): Promise<string> {
  const stated = response.headers.get('x-error-message')
  const text = stated ?? errorText(await beginningOf(response))
  if (stated !== null) await response.body?.cancel()
  return shown(text || response.statusText || 'no reason given', secrets)
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > longestRefusal) break
    }
  } catch {
    // The status says what happened; a reason that breaks off says less.
  }
  return text
}

/** The reason in a body: the Hub's JSON, an object store's XML, or plain text; a web page holds none. */
function errorText(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown }
    return [error, message].find((text) => typeof text === 'string') ?? ''
  } catch {
    return /<Message>([^<]*)/u.exec(body)?.[1] ?? (body.startsWith('<') ? '' : body)
  }
}

const longestShown = 300

/**
 * A text of a server or a library as one line that may be shown: without the query strings of addresses, which hold
 * signatures, without tokens, without control characters, shortened.
 */
export function shown(text: string, secrets: readonly string[] = []): string {
  let line = text
  for (const secret of secrets) if (secret !== '') line = line.replaceAll(secret, '[hidden]')
  line = line
    .replaceAll(/(https?:\/\/[^\s?#"'<>]+)[?#][^\s"'<>]*/gu, '$1')
    .replaceAll(/\bhf_[A-Za-z0-9]+/gu, '[hidden]')
    .replaceAll(/\bBearer\s+\S+/giu, 'Bearer [hidden]')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > longestShown ? `${line.slice(0, longestShown).toWellFormed()}…` : line
}
