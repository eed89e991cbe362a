import { randomBytes } from 'node:crypto'
import { relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PartKind } from '../../schemas/parts.ts'
import { StoppedError, UsageError } from '../../schemas/errors.ts'
import { remove, removeIfEmpty } from '../files/entries.ts'
import { checkFileSystem } from '../leases/check-file-system.ts'
import { claimLog, isHeldIn, putUnder, type ClaimRequest, type LeaseRef } from '../leases/claim-log.ts'
import { finishCommits } from '../leases/finish-commits.ts'
import { measureAttempts } from '../journal/measure-attempts.ts'
import { partPath } from '../run/paths.ts'
import { holderOf } from '../leases/slot.ts'
import { leasesFolder, openSlotFiles, shardLog } from '../leases/slot-files.ts'
import { joinWorkers, workersFolder, type SeenWorker, type Workers } from '../leases/workers.ts'

/** The log that decides who keeps the books of a run: what concerns all shards is done by one worker at a time. */
const booksLog = 'books'

/** The name of a start in journals: claims of a shard are numbered from its own number on. */
type StartName = ClaimRequest['start']

/** A process at work on a run folder. */
export type Session = {
  worker: string
  workers: Workers
  /** Whether others may join: otherwise this process has the run for itself. */
  shared: boolean
  /** @throws StoppedError when others have taken this process for dead: nothing that it has done since then counts */
  requireAlive: () => Promise<void>
  /** Claims a shard; `undefined` while another worker, or another loop of this process, has it. */
  claimShard(shard: number, start: StartName): Promise<ShardLease | undefined>
  /** Claims the log of a task that one worker does for all. */
  claimTask(name: string): Promise<ShardLease | undefined>
  /** Whether a worker of those at work now, with this one, has made the shard's part of a kind. */
  hasCommitted(kind: PartKind, shard: number): Promise<boolean>
  /** Does work on the books while no other worker does; a process that works alone has them all the time. */
  withBooks<Result>(work: () => Promise<Result>): Promise<Result>
  /** Gives the books to whoever waits for them, until they are needed again. */
  leaveBooks(): Promise<void>
  /** @param forget removes what says that anybody was here, from a folder that did not become a run */
  end(forget?: boolean): Promise<void>
}

export type ShardLease = { lease: LeaseRef; release(): Promise<void> }

/** Seconds without a sign of life after which a worker is taken for dead. A network file system may show files as late as that. */
const usualTtlMs = 30_000

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

  async function takeBooks(): Promise<LeaseRef> {
    for (;;) {
      const holder = holderOf(await store.read(booksLog))
      if (holder !== undefined && holder !== 'unknown') {
        if (!shared || holder.alone === true) {
          const found = await workers.settledState(holder.worker)
          if (found.state === 'living') throw inUse(runFolder, found, shared)
        }
      }
      if (!hasJoined && (await workers.others()).length > 0) await joinSession()
      const lease = await claim(booksLog, { number: 0, rest: 'books' }, !shared)
      if (lease !== 'held') {
        await workers.enter()
        const other = shared ? undefined : await firstAtWork()
        if (!other) return lease
        await putUnder(store, lease, { type: 'release', worker })
        throw inUse(runFolder, other, shared)
      }
      await sleep(Math.min(1000, workers.ttlMs / 10))
      await requireAlive()
    }
  }

  async function firstAtWork(): Promise<SeenWorker | undefined> {
    for (const { id } of await workers.others()) {
      const found = await workers.settledState(id)
      if (found.state === 'living') return found
    }
    return undefined
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
  let books: LeaseRef | undefined = await takeBooks()
  hasJoined = true
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
    async withBooks(work) {
      const isHeld = books !== undefined
      books ??= await takeBooks()
      try {
        return await work()
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

/** Others have taken this process for dead. What it has on disk is kept, and what was in flight counts as spent. */
export class BuriedError extends StoppedError {
  constructor(ttlMs: number) {
    super(
      `this process gave no sign of life for ${ttlMs / 1000} s (it was frozen, or its disk was), and others have gone on with its shards: nothing is sent or published any more; start it again to join them`,
    )
  }
}

function inUse(runFolder: string, { id, process }: SeenWorker, shared: boolean): UsageError {
  const who = process ? `process ${process.pid} on ${process.host}` : `worker ${id}`
  return new UsageError(
    shared
      ? `${runFolder} is worked on by ${who} alone; wait until it ends, or stop it and start every process with --shard i/n`
      : `${runFolder} is in use by ${who}; wait until it ends, stop it, or choose another folder with --run`,
  )
}
