import type { Worker } from '../engine/worker.ts'
import type { ShardStage, Stage } from '../stages/stage.ts'
import type { PlanToDo } from '../stages/shards-to-do.ts'
import { eachShard, isInShare } from './embedded.ts'
import { lookAtShard, runShard } from './run-shard.ts'

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
  const wereHeld = new Set<number>()
  const there = elsewhere(worker)
  await eachShard(worker, plan, async (shard, asked) => {
    const isOthers = wereHeld.has(shard) || !isInShare(worker.share, shard)
    const found = isOthers ? await lookAtShard(there, { all, stages }, shard) : 'held'
    const outcome = found === 'held' ? await runShard(worker, all, stages, shard, asked) : found
    if (outcome === 'held') {
      wereHeld.add(shard)
      return outcome
    }
    const { reporter } = found === 'held' ? worker : there
    if (outcome) addAwaited(awaited, outcome)
    else if (last) reporter.advance({ shards: 1 })
    return undefined
  })
  return awaited
}

/** A worker whose progress says that others have counted it. */
function elsewhere(worker: Worker): Worker {
  const { reporter } = worker
  return {
    ...worker,
    reporter: { ...reporter, advance: (step) => reporter.advance({ ...step, elsewhere: true }) },
  }
}

export function addAwaited(
  all: Map<ShardStage, number>,
  { stage, awaited }: { stage: ShardStage; awaited: number },
): void {
  all.set(stage, (all.get(stage) ?? 0) + awaited)
}
