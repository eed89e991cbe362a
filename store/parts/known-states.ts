import { statSync } from 'node:fs'
import { z } from 'zod'
import { parts, type PartKind } from '../../schemas/parts.ts'
import { readSummed, writeSummed } from '../files/summed-json.ts'
import { partStatesPath } from '../run/paths.ts'
import type { PartState } from './part-state.ts'

/*
 * A run has thousands of parts, and every start and every look at its ledger needs what the footer of each says. So they
 * are kept together in one file of the run folder, each with the marks by which the file system tells that the part was
 * not touched since. The parts stay the truth: what is missing, stale or damaged here is read from their footers again.
 */

const Entry = z.object({
  /** Of the part when its footer was read: inode, bytes, times of change. */
  stamp: z.string(),
  fingerprint: z.string(),
  digest: z.string(),
  rows: z.int(),
  counts: z.unknown(),
})
const what = 'part states 1'
const Entries = z.record(z.string(), Entry)

type Known = { entries: Map<string, Entry>; states: Map<string, PartState>; isChanged: boolean }
type Entry = z.infer<typeof Entry>

/** Of each run folder whose states this process keeps. */
const runs = new Map<string, Known>()

/** A part that was changed just now may be changed again without a trace, because file systems count time in steps. */
const settledMs = 100

/** From here on, the state of every part of a run is read once as long as the part stays as it is. */
export async function keepPartStates(runFolder: string): Promise<void> {
  if (runs.has(runFolder)) return
  // What cannot be read is as good as missing: nothing but time is lost.
  const stored = Entries.safeParse(await readSummed(partStatesPath(runFolder), what)).data
  const entries = new Map(Object.entries(stored ?? {}))
  runs.set(runFolder, { entries, states: new Map(), isChanged: false })
}

/** Writes down what is known for the next start. Only the holder of the run's lock may do that. */
export async function storePartStates(runFolder: string): Promise<void> {
  const known = runs.get(runFolder)
  if (!known?.isChanged) return
  await writeSummed(partStatesPath(runFolder), what, Object.fromEntries(known.entries))
  known.isChanged = false
}

/** The state of a part: what is known of it, or else what `read` finds in its footer. */
export async function knownState<Kind extends PartKind>(
  { runFolder, kind, path }: { runFolder: string; kind: Kind; path: string },
  read: () => Promise<PartState<Kind> | undefined>,
): Promise<PartState<Kind> | undefined> {
  const known = runs.get(runFolder)
  const stamp = known && stampOf(path)
  if (known === undefined || stamp === undefined) return read()
  const name = path.slice(runFolder.length + 1)
  if (known.entries.get(name)?.stamp === stamp) {
    const state = known.states.get(name) ?? stateOf(kind, known.entries.get(name)!)
    if (state) {
      known.states.set(name, state)
      // The name of a part holds its kind.
      return state as PartState<Kind>
    }
  }
  const state = await read()
  if (state === undefined) return undefined
  const { fingerprint, digest, rows, counts } = state
  known.entries.set(name, { stamp, fingerprint, digest, rows, counts })
  known.states.set(name, state as PartState)
  known.isChanged = true
  return state
}

function stateOf(kind: PartKind, { fingerprint, digest, rows, counts }: Entry): PartState | undefined {
  const { data } = parts[kind].counts.safeParse(counts)
  return data && ({ kind, fingerprint, digest, rows, counts: data } as PartState)
}

/** `undefined` where there is no such file, or its times do not tell yet whether it was changed. */
function stampOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (!found?.isFile() || Date.now() - Number(found.ctimeMs) < settledMs) return undefined
  return [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
}
