import { setTimeout as sleep } from 'node:timers/promises'
import type { LeaseRef } from '../../store/leases/claim-log.ts'
import type { Worker } from '../engine/worker.ts'
import { waitForAll } from '../engine/wait-for-all.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'

/**
 * Does some work on every shard in this process, several shards at a time, so that the last slow answers of one shard do
 * not leave the endpoints idle. It begins with the shards that are this worker's share. A shard that another worker has is
 * left for later, until that one has done it or is taken for dead. After an error no further shard is begun, and those under
 * way are finished.
 *
 * @param work resolves with `held` where another worker has the shard
 */
export async function eachShard(
  worker: Worker,
  plan: PlanToDo,
  work: (shard: number) => Promise<'held' | void>,
): Promise<void> {
  let left = inOrder(shardsToDo(plan), worker.share)
  let failed = false
  while (left.length > 0) {
    const held: number[] = []
    const shards = left.values()
    const loop = async (): Promise<void> => {
      for (const shard of shards) {
        if (failed) return
        try {
          if ((await work(shard)) === 'held') held.push(shard)
        } catch (error) {
          failed = true
          throw error
        }
      }
    }
    await waitForAll(
      Array.from({ length: Math.min(worker.context.recipe.generate.shards_open, left.length) }, loop),
    )
    left = held.sort((a, b) => left.indexOf(a) - left.indexOf(b))
    if (left.length > 0) await pause(worker)
  }
}

/** The shards of a worker's share, and then all others: whose shard it is, its claim decides. */
function inOrder(all: readonly number[], share: Worker['share']): number[] {
  if (!share) return [...all]
  const isOwn = (shard: number): boolean => shard % share.count === share.index
  return [...all.filter(isOwn), ...all.filter((shard) => !isOwn(shard))]
}

/**
 * Waits a little for what other workers do.
 *
 * @throws StoppedError when this worker is to stop, or was taken for dead
 */
export async function pause({ session, stop }: Worker): Promise<void> {
  await sleep(Math.min(1000, session.workers.ttlMs / 10))
  stop.stop.throwIfAborted()
  await session.requireAlive()
}

/**
 * Does work under the claim of a shard, and gives the shard back.
 *
 * @returns `held` where another worker has it
 */
export async function underClaim(
  worker: Worker,
  shard: number,
  work: (lease: LeaseRef) => Promise<void>,
): Promise<'held' | void> {
  const claim = await worker.claimShard(shard)
  if (!claim) return 'held'
  try {
    await work(claim.lease)
  } finally {
    await claim.release()
  }
  return undefined
}
