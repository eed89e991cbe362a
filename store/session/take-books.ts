import { setTimeout as sleep } from 'node:timers/promises'
import { putUnder, type LeaseRef } from '../leases/claim-log.ts'
import { holderOf, type SlotStore } from '../leases/slot.ts'
import type { SeenWorker, Workers } from '../leases/workers.ts'
import { inUse } from './refusals.ts'

/** The log that decides who keeps the books of a run: what concerns all shards is done by one worker at a time. */
export const booksLog = 'books'

export type BooksMeans = {
  runFolder: string
  store: SlotStore
  workers: Workers
  /** Whether this process lets others in. */
  shared: boolean
  /** Claims the log of the books, among the workers that are there. */
  claim: () => Promise<LeaseRef | 'held'>
  requireAlive: () => Promise<void>
}

/**
 * Claims the books of a run, as soon as whoever has them leaves them or is gone.
 *
 * @param stop ends the waiting
 * @throws UsageError when others are at work and either they or this process want to be alone
 */
export async function takeBooks(
  { runFolder, store, workers, shared, claim, requireAlive }: BooksMeans,
  stop?: AbortSignal,
): Promise<LeaseRef> {
  for (;;) {
    const holder = holderOf(await store.read(booksLog))
    if (holder !== undefined && holder !== 'unknown' && (!shared || holder.alone === true)) {
      const found = await workers.settledState(holder.worker)
      if (found.state === 'living') throw inUse(runFolder, found, shared)
    }
    const lease = await claim()
    if (lease !== 'held') {
      await workers.enter()
      const other = shared ? undefined : await firstAtWork(workers)
      if (!other) return lease
      await putUnder(store, lease, { type: 'release', worker: workers.id })
      throw inUse(runFolder, other, shared)
    }
    await sleep(Math.min(1000, workers.ttlMs / 10))
    stop?.throwIfAborted()
    await requireAlive()
  }
}

/** Another worker that is there, once it can be told: what a lost machine has left behind is none. */
export async function firstAtWork(workers: Workers): Promise<SeenWorker | undefined> {
  for (const { id } of await workers.others()) {
    const found = await workers.settledState(id)
    if (found.state === 'living') return found
  }
  return undefined
}
