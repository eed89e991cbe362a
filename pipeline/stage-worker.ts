import { TwinstillError, type ExitCode } from '../schemas/errors.ts'
import type { ShardContext } from './stage.ts'
import { decide } from './stages/filter.ts'
import { pairUp } from './stages/pair.ts'
import { sealTraces } from './stages/seal.ts'
import { writeDatasetShards } from './stages/write.ts'

/** Work that reads files and writes a file: it runs in a thread, so that compressing and counting never stop the sockets. */
const shardTasks = { sealTraces, decide, pairUp }

export type ShardTask = keyof typeof shardTasks
export type WorkerJob =
  | { task: ShardTask; context: ShardContext; shard: number; fingerprint: string }
  | { task: 'writeDatasetShards'; job: Parameters<typeof writeDatasetShards>[0] }

/** An error's class does not survive the way between threads, so what it says to a person travels as data. */
export type WorkerReply = { value: unknown } | { message: string; exitCode: ExitCode }

/** The entry point of the pool's threads. */
export default async function run(job: WorkerJob): Promise<WorkerReply> {
  try {
    return {
      value:
        job.task === 'writeDatasetShards'
          ? await writeDatasetShards(job.job)
          : await shardTasks[job.task](job.context, job.shard, job.fingerprint),
    }
  } catch (error) {
    if (error instanceof TwinstillError) return { message: error.message, exitCode: error.exitCode }
    throw error
  }
}
