import type { Worker } from '../engine/worker.ts'
import { waitForAll } from '../engine/wait-for-all.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'

/**
 * Does some work on every shard in this process, several shards at a time, so that the last slow answers of one shard do
 * not leave the endpoints idle. A shard that another worker has claimed is skipped. After an error no further shard is
 * begun, and those under way are finished.
 */
export async function eachShard(
  worker: Worker,
  plan: PlanToDo,
  work: (shard: number) => Promise<void>,
): Promise<void> {
  const toDo = shardsToDo(plan)
  const shards = toDo.values()
  let failed = false
  const loop = async (): Promise<void> => {
    for (const shard of shards) {
      if (failed) return
      const claim = await worker.claimShard(shard)
      if (!claim) continue
      try {
        await work(shard)
      } catch (error) {
        failed = true
        throw error
      } finally {
        await claim.release()
      }
    }
  }
  await waitForAll(
    Array.from({ length: Math.min(worker.context.recipe.generate.shards_open, toDo.length) }, loop),
  )
}
