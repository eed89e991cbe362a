import type { ChatRequest } from '../../schemas/arm.ts'
import type { Attempt, SetAside } from '../../schemas/journal.ts'
import type { ServerFacts } from '../../schemas/probe.ts'
import type { FailureReason } from '../../schemas/reasons.ts'
import type { BilledTry, CountedArm } from '../cost/billed-tokens.ts'
import type { Reservation } from '../cost/reservation.ts'
import type { Streamed } from '../probe/stream-form.ts'

/** The result of a request after all its tries. A failure has the members that its line in the journal has. */
export type AskResult =
  | { ok: true; body: unknown; attempts: Attempt[] }
  | {
      ok: false
      code: FailureReason
      message: string
      retryable: boolean
      attempts: Attempt[]
      partial?: unknown
    }

export type AskOptions = {
  /** The sample's seed. The client sends it where the dialect takes one. */
  seed?: number
  /** Breaks the request off; `ask` then rejects with the signal's reason. */
  signal?: AbortSignal
  /**
   * The client calls this once, when it is the request's turn and nothing has been sent yet, and waits for it: the caller
   * writes the intent line of the journal here.
   *
   * @param most what a try may be billed for, where whoever counts the budget wants it in the journal
   */
  onSend?: (most?: SetAside) => Promise<void> | void
  /** The client calls this as each try ends, also for a request that the end of the run overtakes. */
  onAttempt?: (attempt: Attempt) => void
  /** The request is sent to find out whether the server takes it, so a refused parameter does not end the run. */
  experiment?: boolean
  /** Who asks: says how tokens are counted that the server does not state. Unless given, as those of any model. */
  arm?: CountedArm
  /**
   * The client calls this before every try takes a place at the server, and waits for the reservation. It settles the
   * reservation with what the try was billed for.
   */
  reserve?: (request: ChatRequest) => Promise<Reservation>
}

export type EndpointClient = {
  /**
   * Sends a request and tries again while that can help.
   * @throws RunError when nothing at this endpoint can work, StoppedError at a limit of the account or after `stop`;
   *   every later call then throws the same
   */
  ask(request: ChatRequest, options?: AskOptions): Promise<AskResult>
  /** What the server says about itself on its other pages. */
  facts(): Promise<ServerFacts>
  /** Whether answers are asked for as streams. */
  streams(): boolean
  /**
   * Asks for one streamed answer, with one try, and describes how it came.
   * @throws CallError when no answer came, and whatever `reserve` rejects with
   */
  streamForm(
    request: ChatRequest,
    options: Pick<AskOptions, 'seed' | 'onSend' | 'reserve' | 'arm'> & { signal: AbortSignal },
  ): Promise<Streamed & { billed: BilledTry }>
  /** Resolves when a further request would not have to queue. The caller awaits it before it makes a request. */
  ready(): Promise<void>
  /** Stops sending: requests that wait reject with `reason`, requests that are at the server are still answered. */
  stop(reason: Error): void
  /**
   * Takes a part of the places at each server, of which others have the rest; all of them unless it is called. What is at a
   * server stays there.
   *
   * @param part how many of that many places may be taken; none at times
   * @returns whether no more requests are at any server than that
   */
  share(part: (max: number) => number): boolean
  /** How many requests are at the server, how many wait, and how many may be there at once. For progress and reports. */
  state(): { inFlight: number; waiting: number; limit: number }
  /** Waits for the requests that are at the server, then closes the connections. */
  close(): Promise<void>
}

export type EndpointDeps = {
  apiKey?: string | undefined
  /** Milliseconds since 1970. */
  now?: () => number
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** A number from 0 up to and without 1. */
  random?: () => number
  /** The client calls this with one line when it sets one of several servers aside for the first time, and when that server is back; of a single server, when it cannot be reached any more and when it is back. */
  tell?: (text: string) => void
  /** The client calls this with one line when a person may want to know how it sends. */
  note?: (text: string) => void
}
