import type { Amount } from '../../engine/budget.ts'
import { nextAttemptName } from '../../../store/journal/attempt-name.ts'
import { BuriedError } from '../../../store/session/refusals.ts'
import type { Session } from '../../../store/session/session.ts'
import type { Share } from '../../engine/share.ts'
import { listenForStop } from '../../engine/stop-signals.ts'
import { openRunAllowance } from '../../engine/run-allowance.ts'
import { openWorker, type Worker } from '../../engine/worker.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'

export type WorkerMeans = {
  io: CommandIo
  session: Session
  /** Which shards it begins with, where several processes share a run. */
  share?: Share | undefined
  /** Whether it ends when nothing is left but what others are doing. */
  leaves?: boolean
  /** Seconds that answers in flight are waited for after a signal; without end unless given. */
  grace?: number | undefined
  /** What earlier starts of the run have spent. */
  spent: Amount
  /** Whether threads would cost more than what there is to do. */
  isSmall?: boolean
}

/**
 * Opens a worker for a run while `work` lasts. A signal stops it: nothing more is sent, and it waits for what is in flight.
 * The same happens when others take it for dead.
 */
export async function withWorker<Result>(
  context: RunContext,
  { io, session, share, leaves = false, grace, spent, isSmall = false }: WorkerMeans,
  work: (worker: Worker) => Promise<Result>,
): Promise<Result> {
  const { reporter, now, environment, random, keys } = io
  const stop = listenForStop((text) => reporter.note(text), grace)
  const threadEntry = new URL('../../stages/thread.ts', import.meta.url)
  const attempt = await nextAttemptName(context.runFolder, now, random)
  const shared = await openRunAllowance(context, session, { attempt, spent, stop: stop.stop })
  const worker = openWorker({
    context,
    reporter,
    stop,
    attempt,
    session,
    share,
    leaves,
    now,
    environment,
    keys,
    random,
    spent,
    allowance: shared?.allowance,
    threadEntry,
    isSmall,
  })
  const halt = (): void => stop.halt(new BuriedError(session.workers.ttlMs))
  session.workers.buried.addEventListener('abort', halt, { once: true })
  try {
    return await work(worker)
  } finally {
    session.workers.buried.removeEventListener('abort', halt)
    reporter.stop()
    stop.release()
    await worker.close()
    await shared?.close()
  }
}
