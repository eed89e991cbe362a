import type { Attempt } from '../../schemas/journal.ts'
import type { FailedTry } from '../wire/failed-try.ts'
import type { AskResult } from './endpoint-client.ts'
import { fatalError, hideKey } from './endpoint-errors.ts'
import { type Session, stopSession } from './session.ts'

/** Longest wait that a server may ask for: beyond it the run stops and goes on another time. */
const longestPauseMs = 60 * 60_000

/** Shortest wait that a server may ask for, doubled with each try of a request up to the longest. */
const leastPauseMs = { first: 100, longest: 1000 }

/**
 * Ends all asking at a server when a try failed in a way that no other request can escape.
 * @throws RunError or StoppedError, as later requests will
 */
export function endIfFatal(session: Session, { failure, classified }: FailedTry): void {
  const { named, health, clock, hasOthers } = session
  const { kind, code, waits } = classified
  if (kind === 'endpoint' || kind === 'stop' || (code === 'unreachable' && hasOthers()))
    throw stopSession(session, fatalError(named, classified, failure))
  const tooLong = (failure.retryAfterMs ?? 0) > longestPauseMs
  if (!tooLong && !(waits && health.waiting(clock.now()))) return
  const ends = code === 'unreachable' ? 'endpoint' : 'stop'
  throw stopSession(session, fatalError(named, { ...classified, kind: ends }, failure))
}

/** Waits before a further try: as long as the server asks, else a random part of a delay that doubles. */
export async function backOff(
  { admission, health, stopping, clock }: Session,
  { failure, classified }: FailedTry,
  attempt: number,
  signal?: AbortSignal,
): Promise<void> {
  if (failure.retryAfterMs !== null) {
    // A wait of nothing would ask the server as fast as it can refuse.
    const least = Math.min(leastPauseMs.longest, leastPauseMs.first * 2 ** Math.min(attempt - 1, 10))
    const until = clock.now() + Math.max(least, failure.retryAfterMs)
    health.pausedUntil(until)
    admission.pauseUntil(until)
    return
  }
  const [base, cap] = classified.code === 'unreachable' ? [4000, 60_000] : [1000, 30_000]
  const delay = Math.ceil(clock.random() * Math.min(cap, base * 2 ** Math.min(attempt - 1, 10)))
  const either = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal])
  try {
    await clock.sleep(delay, either)
  } catch (error) {
    either.throwIfAborted()
    throw error
  }
}

/**
 * The result of a request that is not tried again.
 * @throws RunError when so many failed in a row, or a server that never answered failed in such a way, that the run is pointless
 */
export function giveUp(
  session: Session,
  { failure, classified }: FailedTry,
  attempts: Attempt[],
): Extract<AskResult, { ok: false }> {
  const { named, health } = session
  const { code, retryable } = classified
  const ownFault = health.succeeded() && (code === 'context_length' || code === 'content_filter')
  const neverThere = ['unreachable', 'html', 'no_choices'].includes(code) && !health.succeeded()
  if (neverThere || (!ownFault && health.givenUp()))
    throw stopSession(session, fatalError(named, classified, failure))
  const message = hideKey(named, failure.message)
  const partial = failure.partial === undefined ? {} : { partial: failure.partial }
  return { ok: false, code, message, retryable, attempts, ...partial }
}
