import type { HubContext } from '../../problems/hub/hub-source.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Reporter } from '../reporter/reporter.ts'

/**
 * The books of a run: its recipe, how it is cut into shards, and which commits of its datasets were read. Only the process
 * that holds the lock of the run folder has them. Asking teachers and working on shards is the worker's part.
 */
export type Books = {
  context: RunContext
  reporter: Reporter
  now: () => number
  cwd: string
  stdin: NodeJS.ReadStream
  /** Whether other workers have begun with what is in the books, so that nothing of it may change. */
  joined: boolean
  /** `null` until the problem set is cut into shards. */
  plan: ShardPlan | null
  /** Gives access to the Hub with a folder of the run as its cache. The commit that was read is recorded in `run.json`. */
  hub(folder: string): HubContext
}
