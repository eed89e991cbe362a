import type { ExitCode } from '../../schemas/errors.ts'
import type { SamplesTaken } from '../stages/generate/samples.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** What a worker thread does with one shard. */
export type ShardTask = 'sealTraces' | 'decide' | 'pairUp'

/** Writing the shards of every dataset configuration into a folder. */
export type DatasetJob = { context: RunContext; shards: number; folder: string }

export type WorkerJob =
  | { task: ShardTask; context: RunContext; shard: number; fingerprint: string; taken: SamplesTaken }
  | { task: 'writeDatasetShards'; job: DatasetJob }

/** An error's class does not survive the way between threads, so what it says to a person travels as data. */
export type WorkerReply = { value: unknown } | { message: string; exitCode: ExitCode }
