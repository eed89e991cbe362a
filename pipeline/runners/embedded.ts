import type { Engine } from '../engine/engine.ts'
import { waitForAll } from '../engine/wait-for-all.ts'

/**
 * Takes every shard through some work in this process, several at a time, so that the last slow answers of one shard do
 * not leave the endpoints idle. After an error no further shard is begun; those under way come to their own end.
 */
export async function eachShard(engine: Engine, work: (shard: number) => Promise<void>): Promise<void> {
  const { context, plan } = engine
  const shards = Array.from({ length: plan.shards }, (_, shard) => shard).values()
  let failed = false
  const loop = async (): Promise<void> => {
    for (const shard of shards) {
      if (failed) return
      try {
        await work(shard)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await waitForAll(Array.from({ length: Math.min(context.recipe.generate.shards_open, plan.shards) }, loop))
}
