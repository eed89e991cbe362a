import type { ShardStage } from './stage.ts'
import { filterStage } from './stages/filter.ts'
import { generateStage } from './stages/generate.ts'
import { pairStage } from './stages/pair.ts'
import { verifyStage } from './stages/verify.ts'

/**
 * The way of a shard, in order: the table of contents of the program. Before it the problem set is cut into shards
 * (`stages/problems.ts`), after it the pairs of all shards become the dataset (`stages/write.ts`).
 */
export const shardStages: readonly ShardStage[] = [generateStage, verifyStage, filterStage, pairStage]
