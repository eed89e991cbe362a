import type { ShardStage } from './stage.ts'
import { filterStage } from './filter/filter.ts'
import { generateStage } from './generate/generate.ts'
import { pairStage } from './pair/pair.ts'
import { verifyStage } from './verify/verify.ts'

/**
 * The way of a shard, in order: the table of contents of the program. Before it the problem set is cut into shards
 * (`stages/problems.ts`), after it the pairs of all shards become the dataset (`stages/write.ts`).
 */
export const shardStages: readonly ShardStage[] = [generateStage, verifyStage, filterStage, pairStage]
