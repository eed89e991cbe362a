import type { Worker } from '../engine/worker.ts'
import type { ShardStage, Stage } from '../stages/stage.ts'
import type { PlanToDo } from '../stages/shards-to-do.ts'
import { eachShard } from './embedded.ts'
import { runShard } from './run-shard.ts'

/** Consecutive stages of single shards, and the shards to take through them. */
export type ShardsJob = {
  plan: PlanToDo
  all: readonly Stage[]
  stages: readonly ShardStage[]
  /** Whether no other stage of shards follows, so that the progress display counts them as done. */
  last: boolean
}

/**
 * Sees to it that every shard is taken through stages, here or elsewhere.
 *
 * @returns the stages at which shards wait for outcomes that another start brings, with how many outcomes
 */
export type ShardRunner = (worker: Worker, job: ShardsJob) => Promise<ReadonlyMap<ShardStage, number>>

/** Takes the shards through the stages in this process, beside others where the run is shared. */
export const runHere: ShardRunner = async (worker, { plan, all, stages, last }) => {
  const awaited = new Map<ShardStage, number>()
  await eachShard(worker, plan, async (shard, asked) => {
    const outcome = await runShard(worker, all, stages, shard, asked)
    if (outcome === 'held') return outcome
    if (outcome) addAwaited(awaited, outcome)
    else if (last) worker.reporter.advance({ shards: 1 })
    return undefined
  })
  return awaited
}

export function addAwaited(
  all: Map<ShardStage, number>,
  { stage, awaited }: { stage: ShardStage; awaited: number },
): void {
  all.set(stage, (all.get(stage) ?? 0) + awaited)
}
