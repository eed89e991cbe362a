import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import type { PartKind } from '../../schemas/parts.ts'
import { remove, removeIfEmpty } from '../files/entries.ts'
import { checkFileSystem } from '../leases/check-file-system.ts'
import { claimLog, isHeldIn, putUnder, type ClaimRequest, type LeaseRef } from '../leases/claim-log.ts'
import { finishCommits } from '../leases/finish-commits.ts'
import { measureAttempts } from '../journal/measure-attempts.ts'
import { partPath } from '../run/paths.ts'
import { forgetSlots, leasesFolder, openSlotFiles, shardLog } from '../leases/slot-files.ts'
import { joinWorkers, workersFolder, type Workers } from '../leases/workers.ts'
import { agreeOn, type Terms } from './agree.ts'
import { BuriedError, otherTerms } from './refusals.ts'
import { booksLog, firstAtWork, takeBooks } from './take-books.ts'

/** The name of a start in journals: claims of a shard are numbered from its own number on. */
type StartName = ClaimRequest['start']

/** A process at work on a run folder. */
export type Session = {
  worker: string
  workers: Workers
  /** Whether others may join: otherwise this process has the run for itself. */
  shared: boolean
  /** Whether others were at work when it began. */
  joined: boolean
  /**
   * Sets down what all workers of the run must have alike, before any of them makes a part; for the holder of the books.
   *
   * @throws UsageError naming what another worker has otherwise
   */
  agree(terms: Terms): Promise<void>
  /** @throws StoppedError when others have taken this process for dead: nothing that it has done since then counts */
  requireAlive: () => Promise<void>
  /** Claims a shard; `undefined` while another worker, or another loop of this process, has it. */
  claimShard(shard: number, start: StartName): Promise<ShardLease | undefined>
  /** Claims the log of a task that one worker does for all. */
  claimTask(name: string): Promise<ShardLease | undefined>
  /** Whether a worker of those at work now, with this one, has made the shard's part of a kind. */
  hasCommitted(kind: PartKind, shard: number): Promise<boolean>
  /**
   * Does work on the books while no other worker does; a process that works alone has them all the time.
   *
   * @param stop ends the waiting for them
   */
  withBooks<Result>(work: (books: LeaseRef) => Promise<Result>, stop?: AbortSignal): Promise<Result>
  /** Gives the books to whoever waits for them, until they are needed again. */
  leaveBooks(): Promise<void>
  /** @param forget removes what says that anybody was here, from a folder that did not become a run */
  end(forget?: boolean): Promise<void>
}

export type ShardLease = { lease: LeaseRef; release(): Promise<void> }

/** Milliseconds without a sign of life after which a worker is taken for dead. A network file system may show files as late as that. */
export const usualTtlMs = 30_000

/**
 * Begins the work of this process on a run folder, with its books in hand. A process that has ended holds nothing, one that
 * is silent for a whole `ttlMs` neither, whatever its host is called.
 *
 * @param shared whether other processes may work on the run too: all of them have to allow it
 * @throws UsageError when others are at work and either they or this one want to be alone
 */
export async function openSession(
  runFolder: string,
  { shared, ttlMs = usualTtlMs }: { shared: boolean; ttlMs?: number | undefined },
): Promise<Session> {
  await checkFileSystem(runFolder, shared)
  const workers = await joinWorkers(runFolder, ttlMs)
  try {
    return await openJoined(runFolder, workers, shared)
  } catch (error) {
    await workers.end()
    throw error
  }
}

async function openJoined(runFolder: string, workers: Workers, shared: boolean): Promise<Session> {
  forgetSlots(runFolder)
  const store = openSlotFiles(runFolder)
  const worker = workers.id
  let session: string = randomBytes(8).toString('hex')
  const held = new Set<string>()

  async function claim(log: string, start: StartName, alone = false): Promise<LeaseRef | 'held'> {
    return claimLog(
      {
        store,
        worker,
        session,
        stateOf: (other) => workers.stateOf(other),
        bury: (other) => workers.bury(other),
      },
      {
        log,
        start,
        alone,
        finish: (commits) => finishCommits(runFolder, commits),
        measure: (attempts) => measureAttempts(runFolder, log, attempts),
      },
    )
  }

  const take = (stop?: AbortSignal): Promise<LeaseRef> =>
    takeBooks({ runFolder, store, workers, shared, claim: claimBooks, requireAlive }, stop)

  async function claimBooks(): Promise<LeaseRef | 'held'> {
    if (!hasJoined && (await firstAtWork(workers))) await joinSession()
    return claim(booksLog, { number: 0, rest: 'books' }, !shared)
  }

  /** Of those at work now the one who kept the books last knows the name of the session. */
  async function joinSession(): Promise<void> {
    const last = (await store.read(booksLog)).findLast(({ slot }) => slot?.type === 'claim')
    if (last?.slot?.type === 'claim') session = last.slot.session
  }

  async function requireAlive(): Promise<void> {
    if (await workers.isBuried()) throw new BuriedError(workers.ttlMs)
  }

  async function claimOnce(log: string, start: StartName): Promise<ShardLease | undefined> {
    if (held.has(log)) return undefined
    held.add(log)
    try {
      const lease = await claim(log, start)
      if (lease === 'held') held.delete(log)
      else return { lease, release: () => give(lease) }
    } catch (error) {
      held.delete(log)
      throw error
    }
    return undefined
  }

  async function give(lease: LeaseRef): Promise<void> {
    held.delete(lease.log)
    await putUnder(store, lease, { type: 'release', worker })
  }

  let hasJoined = false
  let books: LeaseRef | undefined = await take()
  hasJoined = true
  // What a frozen one has sent is counted from now on as it stands: when it wakes it sends nothing more.
  await workers.burySilent()
  const joined = shared && (await firstAtWork(workers)) !== undefined
  async function leaveBooks(): Promise<void> {
    if (!shared || books === undefined) return
    const lease = books
    books = undefined
    await putUnder(store, lease, { type: 'release', worker })
  }
  return {
    worker,
    workers,
    shared,
    joined,
    async agree(terms) {
      if (!shared || books === undefined) return
      const different = await agreeOn(store, books, terms)
      if (different.length > 0) throw otherTerms(runFolder, different)
    },
    requireAlive,
    claimShard: (shard, start) => claimOnce(shardLog(shard), start),
    claimTask: (name) => claimOnce(`task-${name}`, { number: 0, rest: name }),
    leaveBooks,
    async hasCommitted(kind, shard) {
      if (!shared) return false
      const to = relative(runFolder, partPath(runFolder, kind, shard))
      const slots = await store.read(shardLog(shard))
      return slots.some(({ slot }) => slot?.type === 'commit' && slot.session === session && slot.to === to)
    },
    async withBooks(work, stop) {
      const isHeld = books !== undefined
      books ??= await take(stop)
      try {
        return await work(books)
      } finally {
        if (!isHeld) await leaveBooks()
      }
    },
    async end(forget = false) {
      if (books !== undefined) {
        const isMine = isHeldIn(await store.read(booksLog), books)
        if (forget && isMine) await remove(leasesFolder(runFolder))
        else await putUnder(store, books, { type: 'release', worker })
      }
      await workers.end()
      await removeIfEmpty(workersFolder(runFolder))
    },
  }
}
