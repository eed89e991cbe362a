import type { Scheduler } from 'fast-check'
import { openDealing, type Dealing } from '../../../pipeline/engine/shares/dealing.ts'
import { noNote } from '../../../store/leases/beat-file.ts'

/*
 * Several workers that deal out the places at a server. Every reading of one note and every publishing is a step that a
 * scheduler lets happen, so that a worker may stand still between any two for as long as it likes.
 */

export type Model = {
  max: number
  /** What each worker that is there has published. */
  notes: Map<string, string>
  inFlight: Map<string, number>
  most: number
  /** How often a part has changed: otherwise nothing was put to the test. */
  changes: number
}

/** What a worker does at a look: whether it has something to ask, and how many of its answers have come since. */
export type Turn = { asks: boolean; answers: number; killed: boolean }

export type Play = { worker: string; turns: readonly Turn[]; open: (own: string) => Dealing }

export function emptyModel(max: number): Model {
  return { max, notes: new Map(), inFlight: new Map(), most: 0, changes: 0 }
}

export async function runWorker(
  model: Model,
  scheduler: Scheduler,
  { worker, turns, open }: Play,
): Promise<void> {
  const step = (): Promise<void> => scheduler.schedule(Promise.resolve(), worker)
  const { notes, inFlight } = model
  const dealing = open(worker)
  let [note, before] = [noNote, 0]
  notes.set(worker, noNote)
  for (const { asks, answers, killed } of turns) {
    await step()
    if (killed) break
    inFlight.set(worker, Math.max(0, (inFlight.get(worker) ?? 0) - answers))
    const next = asks ? dealing.look(await read(model, worker, step)) : noNote
    const part = next === noNote ? 0 : dealing.of(model.max)
    if (part !== before) model.changes += 1
    before = part
    inFlight.set(worker, Math.max(inFlight.get(worker)!, part))
    model.most = Math.max(model.most, atServer(model))
    if (next === note || inFlight.get(worker)! > part) continue
    await step()
    notes.set(worker, next)
    await step()
    note = next
    dealing.published(next)
  }
  // The connections of a process end with it.
  notes.delete(worker)
  inFlight.delete(worker)
}

async function read({ notes }: Model, own: string, step: () => Promise<void>) {
  const found: { id: string; note: string }[] = []
  const ids = [...notes.keys()]
  for (const id of ids) {
    if (id === own) continue
    await step()
    const note = notes.get(id)
    if (note !== undefined) found.push({ id, note })
  }
  return found
}

function atServer({ inFlight }: Model): number {
  return [...inFlight.values()].reduce((sum, count) => sum + count, 0)
}

/** A simpler rule: its part of those that it sees, at once. */
export function atOnce(own: string): Dealing {
  const dealing = openDealing(own)
  let count = 0
  let rank = 0
  return {
    ...dealing,
    look(others) {
      const ids = others.filter(({ note }) => note !== noNote).map(({ id }) => id)
      count = ids.length + 1
      rank = ids.filter((id) => id < own).length
      return dealing.look(others)
    },
    of: (max) => (count === 0 ? 0 : Math.floor(max / count) + (rank < max % count ? 1 : 0)),
  }
}
