import type { Engine } from '../engine/engine.ts'
import { runShard } from './run-shard.ts'
import { settleAll } from '../engine/settle.ts'
import type { ShardStage } from '../stages/stage.ts'

/**
 * Takes every shard through the stages in this process, several at a time, so that the last slow answers of one shard do
 * not leave the endpoints idle. After an error no further shard is begun; those under way come to their own end.
 */
export async function runEmbedded(engine: Engine, stages: readonly ShardStage[]): Promise<void> {
  const shards = Array.from({ length: engine.plan.shards }, (_, shard) => shard).values()
  let failed = false
  const loop = async (): Promise<void> => {
    for (const shard of shards) {
      if (failed) return
      try {
        await runShard(engine, shard, stages)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const loops = Array.from(
    { length: Math.min(engine.context.recipe.generate.shards_open, engine.plan.shards) },
    loop,
  )
  await settleAll(loops)
}
