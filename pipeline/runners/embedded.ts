import { setTimeout as sleep } from 'node:timers/promises'
import { StoppedError } from '../../schemas/errors.ts'
import type { LeaseRef } from '../../store/leases/claim-log.ts'
import type { Worker } from '../engine/worker.ts'
import { waitForAll } from '../engine/wait-for-all.ts'
import { openPlaces } from './places.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'

/**
 * Does some work on every shard in this process, several shards at a time, so that the last slow answers of one shard do
 * not leave the endpoints idle. It begins with the shards that are this worker's share. A shard that another worker has is
 * left for later, until that one has done it or is taken for dead. After an error no further shard is begun, and those under
 * way are finished.
 *
 * Work that says that it has asked for everything makes room for the next shard, so that endpoints never wait for what is
 * done with their answers. It goes on when fewer than `shards_open` shards are being gone on with; what waits between the
 * two holds no texts, and there is a limit to it, since it grows with the run. A worker with a share goes less far ahead: what it
 * holds back, another one could do.
 *
 * @param work resolves with `held` where another worker has the shard; it awaits `asked` between asking and the rest
 */
export async function eachShard(
  worker: Worker,
  plan: PlanToDo,
  work: (shard: number, asked: () => Promise<void>) => Promise<'held' | void>,
): Promise<void> {
  const open = worker.context.recipe.generate.shards_open
  const places = openPlaces(open)
  const mostWaiting = worker.share ? open : 16 * open
  let left = inOrder(shardsToDo(plan), worker.share)
  let failed = false
  while (left.length > 0) {
    const held: number[] = []
    const shards = left.values()
    const doShard = async (shard: number, makeRoom: () => void): Promise<void> => {
      let hasPlace = false
      const asked = async (): Promise<void> => {
        if (places.waiting() < mostWaiting) makeRoom()
        await places.take()
        hasPlace = true
        makeRoom()
        if (failed) throw new StoppedError('another shard has failed')
      }
      try {
        if ((await work(shard, asked)) === 'held') held.push(shard)
      } catch (error) {
        failed = true
        throw error
      } finally {
        if (hasPlace) places.leave()
      }
    }
    const loop = async (): Promise<void> => {
      const begun: Promise<void>[] = []
      for (const shard of shards) {
        if (failed) break
        await new Promise<void>((makeRoom) => {
          const done = doShard(shard, makeRoom)
          begun.push(done)
          // A failure is thrown below, when what was begun has ended.
          done.then(makeRoom, makeRoom)
        })
      }
      await waitForAll(begun)
    }
    await waitForAll(Array.from({ length: Math.min(open, left.length) }, loop))
    left = held.sort((a, b) => left.indexOf(a) - left.indexOf(b))
    if (left.length > 0) await waitForOthers(worker, left.length === 1 ? 'a shard' : `${left.length} shards`)
  }
}

/** The shards of a worker's share, and then all others: whose shard it is, its claim decides. */
function inOrder(all: readonly number[], share: Worker['share']): number[] {
  if (!share) return [...all]
  const isOwn = (shard: number): boolean => shard % share.count === share.index
  return [...all.filter(isOwn), ...all.filter((shard) => !isOwn(shard))]
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
