import type { HubContext } from '../../problems/hub/hub-source.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Reporter } from '../reporter/reporter.ts'

/**
 * The books of a run, held by whoever holds its folder: what it is a run of, how it is cut into shards, which commits its
 * datasets stood for. Nothing is asked and no shard is worked on with them.
 */
export type Books = {
  context: RunContext
  reporter: Reporter
  now: () => number
  cwd: string
  stdin: NodeJS.ReadStream
  /** `null` until the problem set is cut into shards. */
  plan: ShardPlan | null
  /** Reading from the Hub into a folder of the run; which commit was read is set down with the run. */
  hub(folder: string): HubContext
}
