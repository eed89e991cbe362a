import { isDeepStrictEqual } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { openAttempts, type Cuts } from './cuts.ts'
import { holderOf, type CommitSlot, type NumberedSlot, type Slot, type SlotStore } from './slot.ts'

/** A claim as plain data, which a thread can commit under. */
export type LeaseRef = {
  log: string
  /** Of the claim's slot. */
  number: number
  worker: string
  session: string
  /** The name under which its holder writes to the journals of the shard. */
  attempt: string
}

/** What a worker is taken for: `living` stands for `not known yet` too. `gone`: nothing of it can write any more. */
export type HolderState = 'living' | 'silent' | 'gone'

/** What a claim needs of the world. */
export type ClaimMeans = {
  store: SlotStore
  worker: string
  session: string
  stateOf(worker: string): Promise<HolderState>
  /** Tells a worker, and everybody, that it is taken for dead. Comes before the first claim of anything that it holds. */
  bury(worker: string): Promise<void>
}

export type ClaimRequest = {
  log: string
  /** The name of this start in journals. Claims of a log are numbered by it: a later claim has a higher number. */
  start: { number: number; rest: string }
  alone?: boolean
  /** Gives files that the holder before has committed their names, so that it cannot do so later. */
  finish(commits: readonly CommitSlot[]): Promise<void>
  /** Measures the journals of attempts whose writers may still be there. */
  measure(attempts: readonly string[]): Promise<Cuts>
}

/**
 * Claims a log: makes its next slot where nobody holds it, or where its holder is silent or gone. Two workers that try at
 * once contend for one slot, and so do a holder that commits and whoever takes it for dead: that is the fence. What a holder
 * that may still be there has journalled is measured only now, and counts only as far as that.
 *
 * @returns `held` while another worker has it
 */
export async function claimLog(means: ClaimMeans, request: ClaimRequest): Promise<LeaseRef | 'held'> {
  const { store, worker, session } = means
  const { log, start, alone } = request
  const slots = await store.read(log)
  const holder = holderOf(slots)
  let ended = true
  if (holder !== undefined) {
    // Its last slot was emptied by a power cut, which nobody has survived.
    const state = holder === 'unknown' ? 'silent' : await means.stateOf(holder.worker)
    if (state === 'living') return 'held'
    if (holder !== 'unknown') await means.bury(holder.worker)
    ended = state === 'gone'
  }
  const number = nextNumber(slots)
  const attempt = attemptName(slots, worker, start)
  const claim: Slot = { type: 'claim', worker, session, attempt, ended, ...(alone && { alone }) }
  if (!(await decide(store, log, number, claim))) return 'held'
  const lease: LeaseRef = { log, number, worker, session, attempt }
  if (holder !== undefined)
    await request.finish(slots.flatMap(({ slot }) => (slot?.type === 'commit' ? [slot] : [])))
  const open = openAttempts([...slots, { number, slot: claim }])
  if (open.length === 0) return lease
  const cut: Slot = { type: 'cut', worker, attempts: await request.measure(open) }
  return (await decide(store, log, number + 1, cut, true)) ? lease : 'held'
}

/**
 * Puts a commit, terms, or the end of a claim into its log.
 *
 * @returns `lost` where another worker has the log by now: then nothing may be published
 */
export async function putUnder(
  store: SlotStore,
  lease: LeaseRef,
  slot: Extract<Slot, { type: 'commit' | 'terms' | 'release' }>,
): Promise<'done' | 'lost'> {
  for (let attempt = 0; attempt < most; attempt++) {
    const slots = await store.read(lease.log)
    if (!isHeldIn(slots, lease)) return 'lost'
    if (await decide(store, lease.log, nextNumber(slots), slot)) return 'done'
    // A folder of a network file system may be shown as it was a while ago; its server has told us that it has one more.
    await sleep(Math.min(1000, 10 * attempt))
  }
  throw new Error(`the slots of ${lease.log} cannot be read, although there are more of them than are shown`)
}

/** Tries before it is said that a folder does not show its files: a minute and a half, as long as such a view may be kept. */
const most = 180

/** Whether a claim is the last one of its log, as far as its slots are shown. */
export function isHeldIn(slots: readonly NumberedSlot[], lease: LeaseRef): boolean {
  return slots.every(
    ({ number, slot }) =>
      number <= lease.number ||
      (slot !== undefined &&
        slot.worker === lease.worker &&
        slot.type !== 'claim' &&
        slot.type !== 'release'),
  )
}

/** Makes a slot, or finds out that it was made by this very call although its reply was lost. */
async function decide(
  store: SlotStore,
  log: string,
  number: number,
  slot: Slot,
  durable?: boolean,
): Promise<boolean> {
  if (await store.put(log, number, slot, durable)) return true
  const there = (await store.read(log)).find((each) => each.number === number)
  return isDeepStrictEqual(there?.slot, slot)
}

function nextNumber(slots: readonly NumberedSlot[]): number {
  return (slots.at(-1)?.number ?? 0) + 1
}

/** Of the same worker several claims in a row are one attempt; otherwise a claim has a higher number than any before. */
function attemptName(slots: readonly NumberedSlot[], worker: string, start: ClaimRequest['start']): string {
  let number = start.number
  const last = slots.findLast(({ slot }) => slot?.type === 'claim')?.slot
  if (last?.type === 'claim') {
    const before = Number(/^start-(\d+)-/u.exec(last.attempt)?.[1] ?? 0)
    number = Math.max(number, last.worker === worker ? before : before + 1)
  }
  return `start-${String(number).padStart(6, '0')}-${start.rest}`
}
