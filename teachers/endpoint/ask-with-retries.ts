import pRetry from 'p-retry'
import type { ChatRequest } from '../../schemas/arm.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { underReservation } from '../cost/reservation.ts'
import { withSample } from '../request/build-request.ts'
import { FailedTry, isWaiting } from '../wire/failed-try.ts'
import { backOff, giveUp } from './after-failure.ts'
import type { AskOptions, AskResult } from './endpoint-client.ts'
import { tryOnce } from './one-try.ts'
import type { Session } from './session.ts'

/** Waits that use up no retry, of one request: a bound for the request that never gets its turn. */
const mostWaits = 100

/**
 * Sends a request, and again while that can help. Every try takes a place at the server of its own, so whoever waits
 * before the next one holds none.
 */
export async function askWithRetries(
  session: Session,
  request: ChatRequest,
  { seed, signal, onSend, onAttempt, reserve, arm, experiment = false }: AskOptions,
): Promise<AskResult> {
  const { admission, options, stream, watch } = session
  const attempts: Attempt[] = []
  const sent = withSample(request, options.dialect, { seed, stream })
  let waits = 0
  let first = true

  function oneTry(attempt: number): Promise<unknown> {
    return admission.run(
      async (ticket) => {
        if (first) await onSend?.()
        first = false
        return tryOnce(session, sent, {
          ticket,
          signal,
          experiment,
          arm,
          onAttempt(made) {
            attempts.push(made)
            onAttempt?.(made)
          },
        })
      },
      { signal, again: attempt > 1 },
    )
  }

  await watch?.begin(sent)
  try {
    const body = await pRetry((attempt) => underReservation(reserve, sent, attempts, () => oneTry(attempt)), {
      retries: options.retries,
      minTimeout: 0,
      shouldConsumeRetry: ({ error }) => !(isWaiting(error) && ++waits <= mostWaits),
      shouldRetry: ({ error }) => mayPass(error),
      async onFailedAttempt({ error, attemptNumber, retriesLeft }) {
        if (mayPass(error) && retriesLeft > 0) await backOff(session, error, attemptNumber, signal)
      },
    })
    return { ok: true, body, attempts }
  } catch (error) {
    if (!(error instanceof FailedTry)) throw error
    return giveUp(session, error, attempts)
  }
}

function mayPass(error: Error): error is FailedTry {
  return error instanceof FailedTry && error.classified.kind === 'transient'
}
