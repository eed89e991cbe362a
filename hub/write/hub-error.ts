/**
 * What a call does: sends an object to the store, commits (the one thing that must not be repeated blindly), reads a file
 * back from wherever the Hub sends its readers, asks the Hub for anything else, or talks to another origin, such as the
 * content store.
 */
export type CallKind = 'object' | 'commit' | 'read' | 'api' | 'foreign'

/** A call to the Hub or its object store that did not come to a good end. Its message is one line without secrets. */
export class HubError extends Error {
  readonly call: CallKind
  /** HTTP status; 0 when there was no response. */
  readonly status: number
  /** `X-Error-Code` of the Hub, or the code of the network error. */
  readonly code: string
  /** Milliseconds that the server asks to wait before the next try. */
  readonly waitMs: number | null

  constructor(
    message: string,
    facts: { call: CallKind; status?: number; code?: string; waitMs?: number | null },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'HubError'
    this.call = facts.call
    this.status = facts.status ?? 0
    this.code = facts.code ?? ''
    this.waitMs = facts.waitMs ?? null
  }
}

/** Code of an error for a web page where the Hub's JSON is due. */
export const notAHub = 'NotAHub'
/** Code of an error for an answer that @huggingface/hub could not use. */
export const badAnswer = 'BadAnswer'
/** Code of an error for a call that was sent on to another origin, whose address is the message. */
export const sentElsewhere = 'SentElsewhere'

const final = new Set([notAHub, badAnswer, sentElsewhere])

/** Whether the same call may succeed a moment later. */
export function isTransient({ status, code }: HubError): boolean {
  if (status === 0) return !final.has(code)
  return status === 408 || status === 429 || (status >= 500 && status !== 501)
}

const longest = 300

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
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line
}
