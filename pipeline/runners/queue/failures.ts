import { z } from 'zod'
import { RunError, StoppedError, type TwinstillError } from '../../../schemas/errors.ts'
import { eventLinesOf, recordEvent } from '../../../store/run/events.ts'

const type = 'shard-failed'

const Failure = z.object({ type: z.literal(type), shard: z.int(), message: z.string(), stopped: z.boolean() })

/**
 * Writes down why a shard could not be done, in the worker's own history of the run: a message may repeat what a server said,
 * and nothing of that goes into a queue.
 */
export async function recordFailure(
  runFolder: string,
  { shard, error, message }: { shard: number; error: unknown; message: string },
  by: { now: () => number; worker: string },
): Promise<void> {
  await recordEvent(runFolder, type, { shard, message, stopped: error instanceof StoppedError }, by)
}

/** The error with which a worker could not do a shard, as its history tells. */
export async function failureOf(runFolder: string, worker: string, shard: number): Promise<TwinstillError> {
  const lines = await eventLinesOf(runFolder, worker)
  const failures = lines.flatMap((line) => {
    const failure = line.includes(type) ? parsed(line) : undefined
    return failure?.shard === shard ? [failure] : []
  })
  const last = failures.at(-1)
  if (!last) return new RunError(`a worker (${worker}) could not do shard ${shard}; its own output says why`)
  return last.stopped ? new StoppedError(last.message) : new RunError(last.message)
}

function parsed(line: string): z.infer<typeof Failure> | undefined {
  try {
    return Failure.parse(JSON.parse(line))
  } catch {
    // Cut off by a kill, or shown in part by a network file system.
    return undefined
  }
}
