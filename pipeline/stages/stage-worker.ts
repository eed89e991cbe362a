import { TwinstillError } from '../../schemas/errors.ts'
import { decide } from './filter/filter.ts'
import { pairUp } from './pair/pair.ts'
import { sealTraces } from './generate/seal.ts'
import { writeDatasetShards } from './write/write.ts'
import type { ShardTask, WorkerJob, WorkerReply } from '../engine/worker-jobs.ts'

/** Work that reads files and writes a file: it runs in a thread, so that compressing and counting never stop the sockets. */
const shardTasks = { sealTraces, decide, pairUp } satisfies Record<ShardTask, unknown>

/** The entry point of the pool's threads. */
export default async function run(job: WorkerJob): Promise<WorkerReply> {
  try {
    return {
      value:
        job.task === 'writeDatasetShards'
          ? await writeDatasetShards(job.job)
          : await shardTasks[job.task](job.context, job.shard, job.fingerprint, job.taken),
    }
  } catch (error) {
    if (error instanceof TwinstillError) return { message: error.message, exitCode: error.exitCode }
    throw error
  }
}
