import { setTimeout as sleep } from 'node:timers/promises'
import type { LeaseRef } from '../../store/leases/claim-log.ts'
import type { Worker } from '../engine/worker.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'
import { workThrough } from './work-through.ts'

/**
 * Does some work on every shard in this process. It begins with the shards that are this worker's share. A shard that another
 * worker has is left for later, until that one has done it or is taken for dead.
 *
 * It goes on with `shards_open` shards at a time; how many wait for that has a limit, since it grows with the run. A worker
 * with a share goes less far ahead: what it holds back, another one could do.
 *
 * @param work resolves with `held` where another worker has the shard; it awaits `asked` between asking and the rest
 */
export async function eachShard(
  worker: Worker,
  plan: PlanToDo,
  work: (shard: number, asked: () => Promise<void>) => Promise<'held' | void>,
): Promise<void> {
  const most = worker.context.recipe.generate.shards_open
  const mostWaiting = worker.share ? most : 16 * most
  let left = inOrder(shardsToDo(plan), worker.share)
  while (left.length > 0) {
    const held: number[] = []
    const shards = left.values()
    await workThrough(
      { open: Math.min(most, left.length), mostWaiting },
      async () => shards.next().value,
      async (shard, asked) => {
        if ((await work(shard, asked)) === 'held') held.push(shard)
      },
    )
    left = held.sort((a, b) => left.indexOf(a) - left.indexOf(b))
    if (left.length > 0) await waitForOthers(worker, left.length === 1 ? 'a shard' : `${left.length} shards`)
  }
}

/** The shards of a worker's share, and then all others: whose shard it is, its claim decides. */
function inOrder(all: readonly number[], share: Worker['share']): number[] {
  const isOwn = (shard: number): boolean => isInShare(share, shard)
  return [...all.filter(isOwn), ...all.filter((shard) => !isOwn(shard))]
}

/** Whether a worker begins with a shard; all shards are those of a worker without a share. */
export function isInShare(share: Worker['share'], shard: number): boolean {
  return !share || shard % share.count === share.index
}

/** Workers that have said that they wait. */
const waiting = new WeakSet<Worker>()

/** Nothing is left but what other workers are doing, and this one does not wait for them. */
export class LeftToOthers extends Error {}

/**
 * Waits a little for what other workers do.
 *
 * @param what they do, for people
 * @throws LeftToOthers when this worker is not to wait
 * @throws StoppedError when it is to stop, or was taken for dead
 */
export async function waitForOthers(worker: Worker, what: string): Promise<void> {
  const { session, stop, reporter } = worker
  if (worker.leaves) throw new LeftToOthers(`other workers are at work on ${what}, and nothing else is left`)
  if (!waiting.has(worker)) reporter.note(`waiting for other workers, who are at work on ${what}`)
  waiting.add(worker)
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
