import type { Amount } from '../../engine/budget.ts'
import { nextAttemptName } from '../../../store/journal/attempt-name.ts'
import { listenForStop } from '../../engine/stop-signals.ts'
import { openWorker, type Worker } from '../../engine/worker.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'

/**
 * Opens a worker for a run while `work` lasts. A signal stops it: nothing more is sent, and it waits for what is in flight.
 *
 * @param spent what earlier starts of the run have spent
 * @param isSmall whether threads would cost more than what there is to do
 */
export async function withWorker<Result>(
  context: RunContext,
  { io, spent, isSmall = false }: { io: CommandIo; spent: Amount; isSmall?: boolean },
  work: (worker: Worker) => Promise<Result>,
): Promise<Result> {
  const { reporter, now, environment, random, keys } = io
  const stop = listenForStop((text) => reporter.note(text))
  const threadEntry = new URL('../../stages/thread.ts', import.meta.url)
  const attempt = await nextAttemptName(context.runFolder, now, random)
  const worker = openWorker({
    context,
    reporter,
    stop,
    attempt,
    now,
    environment,
    keys,
    random,
    spent,
    threadEntry,
    isSmall,
  })
  try {
    return await work(worker)
  } finally {
    reporter.stop()
    stop.release()
    await worker.close()
  }
}
