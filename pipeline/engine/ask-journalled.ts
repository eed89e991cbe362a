import { TwinstillError } from '../../schemas/errors.ts'
import type { Attempt, Exported, Intent, Outcome, WrittenOutcome } from '../../schemas/journal.ts'
import type { JournalWriter } from '../../store/journal/writer.ts'
import type { AskOptions, AskResult } from '../../teachers/endpoint/endpoint-client.ts'
import { waitForAll } from './wait-for-all.ts'
import type { StopSignals } from './stop-signals.ts'

/** The request as the journal names it: the members that all its lines share. */
export type AskedFor = Omit<Intent, 'type' | 'at'>

/** What asking needs of a run; a worker has it. */
export type AskMeans = { now: () => number; stop: Pick<StopSignals, 'abandon'> }

/** The hooks that a request must be sent with, so that the journal records it in time. */
export type Watched = Required<Pick<AskOptions, 'signal' | 'onSend' | 'onAttempt'>>

/**
 * Sends one request that costs money and journals its outcome. Arms, judges and probes ask only through this function,
 * because invariant 2 depends on its order of steps: *an acknowledged response is never lost and never bought twice,
 * whatever is killed*.
 *
 * 1. An intent is on disk before the request leaves. If nothing follows it, the request may have been paid for.
 * 2. The outcome, an answer or a failure, is on disk before the caller sees it. What is on disk is never asked again.
 * 3. A request that ends in an error (the endpoint is given up, a limit of the account is reached) is recorded as failed
 *    with the code `refused` and the tries that it took; the next start asks it again.
 *
 * Only a request that a second signal gives up in flight keeps an intent without an outcome.
 *
 * @param send sends the request with the hooks that it is given, and resolves with the result
 * @returns the outcome that is on disk now
 * @throws what `send` throws: RunError or StoppedError when nothing more can be had from the endpoint
 */
export async function askJournalled(
  { now, stop }: AskMeans,
  journal: JournalWriter,
  asked: AskedFor,
  send: (watched: Watched) => Promise<AskResult>,
): Promise<Outcome> {
  const tries: Attempt[] = []
  let sent = false
  const record = async (outcome: WrittenOutcome): Promise<Outcome> => {
    await journal.append(outcome)
    return outcome
  }
  let result: AskResult
  try {
    result = await send({
      signal: stop.abandon,
      onSend: async (set_aside) => {
        await journal.append({ type: 'intent', ...asked, at: now(), ...(set_aside && { set_aside }) })
        sent = true
      },
      onAttempt: (attempt) => void tries.push(attempt),
    })
  } catch (error) {
    if (sent && error instanceof TwinstillError && !stop.abandon.aborted) {
      const refused = { code: 'refused', message: error.message, retryable: true } as const
      await record({ type: 'failed', ...asked, at: now(), attempts: tries, ...refused })
    }
    throw error
  }
  if (result.ok) {
    const { body, attempts } = result
    return record({ type: 'answered', ...asked, at: now(), attempts, body })
  }
  const { ok: _ok, ...failure } = result
  return record({ type: 'failed', ...asked, at: now(), ...failure })
}

/**
 * Records requests that are answered outside of a run: those exported to a batch, and their outcomes. The lines go to disk
 * together, because waiting for each line before the next would cost a sync for every line.
 */
export function recordElsewhere(journal: JournalWriter): {
  /** The caller must not rely on a line before `written` has resolved. */
  add(line: Exported | WrittenOutcome): void
  /** Resolves when everything added so far is on disk; rejects with the first failure. */
  written(): Promise<void>
} {
  let pending: Promise<void>[] = []
  return {
    add(line) {
      const written = journal.append(line)
      // `written` reports a failure; without a handler it would count as unhandled until then.
      written.catch(() => undefined)
      pending.push(written)
    },
    async written() {
      const lines = pending
      pending = []
      await waitForAll(lines)
    },
  }
}
