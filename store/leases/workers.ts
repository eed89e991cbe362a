import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { exists, makeFolder, namesIn, readText, remove, sizeOf } from '../files/entries.ts'
import type { HolderState } from './claim-log.ts'
import { createBeatFile, readBeat, type BeatFile } from './beat-file.ts'
import { ownIdentity, processState, type ProcessIdentity } from './process-identity.ts'
import { putIfAbsent } from './put-if-absent.ts'

/** Another worker as it looks from here. */
export type SeenWorker = {
  id: string
  /** `undefined` where its file is gone or of another version. */
  process: ProcessIdentity | undefined
  /** `seen`: not watched for long enough to tell. */
  state: HolderState | 'seen'
  /** What it has to say to the others. */
  note: string
}

/** This process among the workers of a run. */
export type Workers = {
  /** Random: a name of a host or a number of a process may come again. */
  id: string
  ttlMs: number
  /** Aborted when others have taken this worker for dead. */
  buried: AbortSignal
  /** Shows itself to the others. Whoever only waits for what another one has is none of them yet. */
  enter(): Promise<void>
  /** Says something to the others, who see it with their next look. */
  say(note: string): Promise<void>
  /** Asks the disk whether others have taken this worker for dead. */
  isBuried(): Promise<boolean>
  stateOf(worker: string): Promise<HolderState>
  /** The same, once it can be told; a worker whose process is there counts as living, even if it is frozen. */
  settledState(worker: string): Promise<SeenWorker>
  bury(worker: string): Promise<void>
  /** All others that have not ended, those that were taken for dead left out. */
  others(): Promise<SeenWorker[]>
  /** Tells all that are silent by now that they are taken for dead, whether they hold anything or not. */
  burySilent(): Promise<void>
  end(): Promise<void>
}

export function workersFolder(runFolder: string): string {
  return join(runFolder, 'workers')
}

/** Whether a worker is this process, one that is gone, or another that may be there. */
export async function workerProcess(runFolder: string, id: string): Promise<'own' | 'gone' | 'other'> {
  const { process: identity } = readBeat((await readText(join(workersFolder(runFolder), `${id}.beat`))) ?? '')
  if (identity === undefined) return 'other'
  if (isDeepStrictEqual(identity, ownIdentity())) return 'own'
  return processState(identity) === 'gone' ? 'gone' : 'other'
}

/**
 * Joins the workers of a run. A worker is a file with a counter that it raises; another one that sees the same count for the
 * whole of `ttlMs` on its own clock takes it for dead. No two clocks are compared, and no name of a host or time of a file.
 */
export async function joinWorkers(runFolder: string, ttlMs: number): Promise<Workers> {
  const folder = workersFolder(runFolder)
  const id = randomBytes(8).toString('hex')
  const beatPath = (worker: string): string => join(folder, `${worker}.beat`)
  const graveOf = (worker: string): string => join(folder, `${worker}.buried`)
  let file: BeatFile | undefined
  const lost = new AbortController()
  const seen = new Map<string, { beat: string; since: number; looks: number }>()
  let beating: Promise<void> | undefined
  let ended = false

  async function isBuried(): Promise<boolean> {
    // Where the disk does not answer, nobody knows: that is an error, and no sign of being alive.
    const found = (await sizeOf(graveOf(id))) !== undefined
    if (found && !lost.signal.aborted) lost.abort()
    return found
  }

  async function look(worker: string, isWatch: boolean): Promise<SeenWorker> {
    const { beat, process, note } = readBeat((await readText(beatPath(worker))) ?? '')
    const found = { id: worker, process, note }
    if (process && processState(process) === 'gone') return { ...found, state: 'gone' }
    if (await exists(graveOf(worker))) return { ...found, state: 'silent' }
    const before = seen.get(worker)
    if (before === undefined || before.beat !== beat) {
      seen.set(worker, { beat, since: performance.now(), looks: 0 })
      return { ...found, state: before === undefined ? 'seen' : 'living' }
    }
    if (isWatch) before.looks += 1
    const isSilent = performance.now() - before.since > ttlMs && before.looks >= fewestLooks
    return { ...found, state: isSilent ? 'silent' : 'seen' }
  }

  async function bury(worker: string): Promise<void> {
    await putIfAbsent(graveOf(worker), `${JSON.stringify({ by: id })}\n`, true)
  }

  async function otherIds(): Promise<string[]> {
    const names = await namesIn(folder)
    const ids = names.flatMap((name) => /^([0-9a-f]+)\.beat$/u.exec(name)?.[1] ?? [])
    return ids.filter((each) => each !== id)
  }

  /** All are watched all the time, so that the shards of a dead one need not wait once somebody wants them. */
  async function tick(): Promise<void> {
    if (await isBuried()) return
    await file?.beat()
    for (const other of await otherIds()) await look(other, true)
    for (const known of seen.keys()) if (!(await exists(beatPath(known)))) await look(known, true)
  }

  const timer = setInterval(() => {
    // A disk that fails shows itself where something is to be written; a missed beat costs this worker its shards at most.
    beating ??= tick()
      .catch(() => undefined)
      .finally(() => (beating = undefined))
  }, ttlMs / beatsInTtl)
  timer.unref()

  return {
    id,
    ttlMs,
    buried: lost.signal,
    isBuried,
    async enter() {
      if (file !== undefined) return
      await makeFolder(folder)
      file = await createBeatFile(beatPath(id))
      await file.beat()
    },
    async say(note) {
      await file?.say(note)
    },
    async stateOf(worker) {
      const { state } = await look(worker, false)
      return state === 'seen' ? 'living' : state
    },
    async settledState(worker) {
      for (;;) {
        const found = await look(worker, false)
        if (found.state !== 'seen') return found
        if (found.process && processState(found.process) === 'there') return { ...found, state: 'living' }
        await sleep(ttlMs / beatsInTtl / 2)
      }
    },
    bury,
    async burySilent() {
      for (const other of await otherIds())
        if ((await look(other, false)).state === 'silent') await bury(other)
    },
    async others() {
      const found: SeenWorker[] = []
      for (const other of await otherIds()) found.push(await look(other, false))
      return found.filter(({ state }) => state === 'living' || state === 'seen')
    },
    async end() {
      if (ended) return
      ended = true
      clearInterval(timer)
      await beating
      await file?.close()
      await remove(beatPath(id))
    },
  }
}

const beatsInTtl = 5

/** A machine that was frozen as a whole must see a silent worker several times after it woke. */
const fewestLooks = 3
