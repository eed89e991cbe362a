/** What is known about a try at the wire that brought no answer. */
export type WireFailure = {
  /** HTTP status, 0 when no response came; for an error in the body of a 200, the status that the body states. */
  status: number
  /** The server's error code or type, or the transport's (`ECONNREFUSED`); empty when there is none. */
  code: string
  /** One line, at most 300 characters. */
  message: string
  /** How long the server asks to be left alone, in milliseconds; `null` when it does not say. */
  retryAfterMs: number | null
  /** What arrived before the failure, as a body of the non-streaming shape. */
  partial?: unknown
}

/** One try failed at the wire or at the server. Anything else that is thrown is a defect of the program. */
export class CallError extends Error {
  readonly failure: WireFailure

  constructor(failure: Partial<WireFailure> & { message: string }, options?: ErrorOptions) {
    const message = oneLine(failure.message)
    super(message, options)
    this.name = 'CallError'
    this.failure = { status: 0, code: '', retryAfterMs: null, ...failure, message }
  }
}

/** Text of a stranger on one line and of bounded length. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, 2000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
