/** The codes by which the Hub's clients distinguish one 404 or 403 from another. */
export type ErrorCode = 'RepoNotFound' | 'RevisionNotFound' | 'EntryNotFound' | 'GatedRepo'

/** A request that is answered with an error instead of what it asked for. Thrown by calls, sent by the server. */
export class Refusal extends Error {
  readonly status: number
  readonly code: ErrorCode | undefined
  readonly headers: Record<string, string>
  readonly extra: Record<string, unknown>

  constructor(
    status: number,
    message: string,
    more: { code?: ErrorCode; headers?: Record<string, string>; extra?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.code = more.code
    this.headers = more.headers ?? {}
    this.extra = more.extra ?? {}
  }
}
