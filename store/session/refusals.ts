import { StoppedError, UsageError } from '../../schemas/errors.ts'
import type { SeenWorker } from '../leases/workers.ts'

/** Others have taken this process for dead. What it has on disk is kept, and what was in flight counts as spent. */
export class BuriedError extends StoppedError {
  constructor(ttlMs: number) {
    super(
      `this process gave no sign of life for ${ttlMs / 1000} s (it was frozen, or its disk was), and others have gone on with its shards: nothing is sent or published any more; start it again to join them`,
    )
  }
}

/** A run is somebody else's. */
export function inUse(runFolder: string, { id, process }: SeenWorker, shared: boolean): UsageError {
  const who = process ? `process ${process.pid} on ${process.host}` : `worker ${id}`
  return new UsageError(
    shared
      ? `${runFolder} is worked on by ${who} alone; wait until it ends, or stop it and start every process with --shard i/n`
      : `${runFolder} is in use by ${who}; wait until it ends, stop it, or choose another folder with --run`,
  )
}

/** This process would make other parts than those at work. */
export function otherTerms(runFolder: string, names: readonly string[]): UsageError {
  return new UsageError(
    `the processes at work on ${runFolder} began with other ${names.join(', ')} than this one has, and their parts would not fit together; start it with theirs, or wait until they end`,
  )
}
