import type { ChatRequest } from '../../schemas/arm.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Transport } from '../wire/transport.ts'
import type { QueueJudge } from './queue-judge.ts'

/** A way in which the queue of a server is seen. */
export type QueueSource = {
  /** What it is, for people: it completes "its queue is seen by …". */
  name: string
  judge: QueueJudge
  /** A request leaves; `here` are at the server now, this one included. */
  sent(here: number): WatchedRequest
}

/** A request at the server, as a source follows it. */
export type WatchedRequest = {
  /** Headers to send with it. */
  headers?: Record<string, string> | undefined
  /** The first event of a streamed answer came. */
  started?(): void
  /** It was answered after `ms` milliseconds. */
  answered?(answer: Answered): void
  /** It is at the server no more, whatever became of it. */
  gone?(): void
}

type Answered = { ms: number; body: unknown; headers: Headers | undefined }

/** What a source works with. */
export type SourceDeps = {
  baseUrl: string
  dialect: Dialect
  /** The most that may ever be sent at the same time. */
  max: number
  transport: Pick<Transport, 'send' | 'get' | 'fetch'>
  /** Milliseconds. */
  now: () => number
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Requests at the server now. */
  here: () => number
  /** Aborted when nothing is watched any more. */
  signal: AbortSignal
  /** The judge may have changed its mind. */
  judged: () => void
  /** The source turned out to show nothing. */
  lost: () => void
}

/**
 * Opens a source where the server has one; `undefined` where it has none.
 *
 * @param request the first of the run
 * @param signal aborted when there is no more time to find out
 */
export type FindSource = (
  deps: SourceDeps,
  request: ChatRequest,
  signal: AbortSignal,
) => Promise<QueueSource | undefined>
