import type { ShardPlan } from '../../schemas/run.ts'

/** How a run is cut into shards, and the shards to work on where that is not all of them, as in a pilot. */
export type PlanToDo = ShardPlan & { only?: readonly number[] }

/** The numbers of the shards to work on, in order. */
export function shardsToDo({ shards, only }: Pick<PlanToDo, 'shards' | 'only'>): readonly number[] {
  return only ?? Array.from({ length: shards }, (_, shard) => shard)
}
