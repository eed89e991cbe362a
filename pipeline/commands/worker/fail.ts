import { randomBytes } from 'node:crypto'
import { TwinstillError } from '../../../schemas/errors.ts'
import { recordFailure } from '../../runners/queue/failures.ts'
import type { TakenTask } from '../../runners/queue/take-tasks.ts'
import type { CommandIo } from '../io.ts'

/** This process among those that write a history of a run; it may fail before it is one of its workers. */
const self = randomBytes(8).toString('hex')

/** Says here, in the run folder and to the run that a task could not be done, which ends the run. */
export async function fail(
  taken: TakenTask,
  error: unknown,
  { reporter, keys, now }: CommandIo,
): Promise<void> {
  const { run, shard } = taken.task
  const message = keys.text(error instanceof TwinstillError ? error.message : String((error as Error).stack))
  reporter.warn(`shard ${shard} could not be done: ${message}`)
  await recordFailure(run, { shard, error, message }, { now, worker: self }).catch((cause: unknown) =>
    reporter.warn(`that could not be written into ${run}: ${String(cause)}`),
  )
  taken.failed(self)
}
