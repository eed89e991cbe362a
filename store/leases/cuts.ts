import type { NumberedSlot } from './slot.ts'

/** Of attempts that were cut: the bytes of each of their files that count, by its path below `journal/`. */
export type Cuts = Record<string, Record<string, number>>

/** What all claims of a log have cut. An attempt is cut once: what is measured later is longer. */
export function cutsIn(slots: readonly NumberedSlot[]): Cuts {
  const cuts: Cuts = {}
  for (const { slot } of slots)
    if (slot?.type === 'cut')
      for (const [attempt, files] of Object.entries(slot.attempts)) cuts[attempt] ??= files
  return cuts
}

/**
 * The attempts of earlier claims whose writers may still be there, frozen, and which nobody has cut yet. An attempt is over
 * when its claim was given back, or was taken from a process that is gone.
 */
export function openAttempts(slots: readonly NumberedSlot[]): string[] {
  const cuts = cutsIn(slots)
  const open = new Set<string>()
  let latest: string | undefined
  for (const { slot } of slots) {
    if (slot?.type === 'claim') {
      if (latest !== undefined && !slot.ended) open.add(latest)
      latest = slot.attempt
    }
    if (slot?.type === 'release') latest = undefined
  }
  return [...open].filter((attempt) => cuts[attempt] === undefined)
}

/** The attempt among these that a journal's folder belongs to, which may be one of several of an attempt. */
export function attemptOf<Value>(byAttempt: Record<string, Value>, folder: string): Value | undefined {
  const found = Object.keys(byAttempt).find(
    (attempt) => folder === attempt || folder.startsWith(`${attempt}-`),
  )
  return found === undefined ? undefined : byAttempt[found]
}
