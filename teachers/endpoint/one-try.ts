import type { ChatRequest } from '../../schemas/arm.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { billedTry, type CountedArm } from '../cost/billed-tokens.ts'
import { CallError } from '../wire/call-error.ts'
import { callOnce } from '../wire/call.ts'
import { classifyFailure } from '../wire/classify-error.ts'
import { attemptOf, FailedTry } from '../wire/failed-try.ts'
import type { Ticket } from './admission.ts'
import { endIfFatal } from './after-failure.ts'
import type { Session } from './session.ts'

/** What a try is made with, beside the request. */
export type TryOptions = {
  ticket: Ticket
  signal?: AbortSignal | undefined
  /** A refused parameter is a result and not the end of the run. */
  experiment: boolean
  /** Whose tokens are counted where the server does not state its usage. */
  arm: CountedArm | undefined
  /** The caller is handed the try as it ends. */
  onAttempt: (attempt: Attempt) => void
}

/**
 * Sends a request once. The try is billed, and the server's health, limit and queue learn from it.
 * @throws FailedTry when it brought no answer, and the error that ends all asking where that is what the failure means
 */
export async function tryOnce(session: Session, sent: ChatRequest, given: TryOptions): Promise<unknown> {
  const { transport, options, admission, health, outage, watch, clock } = session
  const start = clock.now()
  const elapsed = (): number => Math.max(0, clock.now() - start)
  const watched = watch?.sent()
  let headers: Headers | undefined
  try {
    const body = await callOnce(transport, sent, {
      deadlineMs: options.deadline_seconds * 1000,
      signal: given.signal,
      headers: watched?.headers,
      onHeaders: (came) => (headers = came),
      onStart: () => watched?.started?.(),
    })
    const ms = elapsed()
    const billed = billedTry(body, sent, { answered: true, arm: given.arm })
    given.onAttempt({ ms, status: 200, error: '', ...billed })
    health.success()
    outage.answered()
    watched?.answered?.({ ms, body, headers })
    return body
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const { failure } = error
    const failed = new FailedTry(failure, classifyFailure(failure, { succeeded: health.succeeded() }))
    given.onAttempt(attemptOf(failed, elapsed(), sent, given.arm))
    if (!given.experiment || failed.classified.code !== 'parameter') endIfFatal(session, failed)
    if (failed.classified.code === 'unreachable' && failed.classified.waits) outage.began(failure)
    if (failed.classified.congested) admission.congested(given.ticket)
    throw failed
  } finally {
    watched?.gone?.()
  }
}
