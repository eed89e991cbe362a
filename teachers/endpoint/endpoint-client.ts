import type { ChatRequest } from '../../schemas/arm.ts'
import type { Attempt } from '../../schemas/journal.ts'
import type { ServerFacts } from '../../schemas/probe.ts'
import type { billedTry } from '../cost/bill.ts'
import type { Reservation } from '../cost/reservation.ts'
import type { Streamed } from '../probe/stream-form.ts'

/** What a request came to, over all its tries. The failure's members are those of the journal's line. */
export type AskResult =
  | { ok: true; body: unknown; attempts: Attempt[] }
  | { ok: false; code: string; message: string; retryable: boolean; attempts: Attempt[]; partial?: unknown }

export type AskOptions = {
  /** Sent where the dialect takes one. */
  seed?: number
  /** Breaks the request off; `ask` then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Awaited once, when it is this request's turn and before anything is sent: the place for a line in the journal. */
  onSend?: () => Promise<void> | void
  /** Told of every try as it ends, also of those of a request that the end of the run overtakes. */
  onAttempt?: (attempt: Attempt) => void
  /** Sent to find out whether the server takes it: a refused parameter is then a result and not the end of the run. */
  experiment?: boolean
  /** Awaited before every try, before it takes a place at the server: what it resolves with is told of the bill. */
  cover?: (request: ChatRequest) => Promise<Reservation>
}

export type EndpointClient = {
  /**
   * Sends a request and tries again while that can help.
   * @throws RunError when nothing at this endpoint can work, StoppedError at a limit of the account or after `stop`;
   *   every later call then throws the same
   */
  ask(request: ChatRequest, options?: AskOptions): Promise<AskResult>
  /** What the server says of itself beside its answers. */
  facts(): Promise<ServerFacts>
  /** Whether answers are asked for as streams. */
  streams(): boolean
  /** How a streamed answer comes. One try. @throws CallError when it does not, and what `cover` rejects with */
  streamForm(
    request: ChatRequest,
    options: Pick<AskOptions, 'seed' | 'onSend' | 'cover'> & { signal: AbortSignal },
  ): Promise<Streamed & { billed: ReturnType<typeof billedTry> }>
  /** Resolves when a further request would not have to queue behind others: await it before making one. */
  ready(): Promise<void>
  /** Sends nothing any more: requests that wait reject with `reason`, those at the server are answered. */
  stop(reason: Error): void
  /** What is going on now, for progress and reports. */
  state(): { inFlight: number; waiting: number; limit: number }
  /** Waits for requests at the server, then closes the connections. */
  close(): Promise<void>
}

export type EndpointDeps = {
  apiKey?: string | undefined
  /** Milliseconds since 1970. */
  now?: () => number
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** From 0 up to and without 1. */
  random?: () => number
  /** Told in one line each time that a server of several is set aside for the first time, or is back. */
  tell?: (text: string) => void
}
