import { createHash } from 'node:crypto'
import { noNote } from '../../../store/leases/beat-file.ts'

/** Somebody else who asks, and what he has published last. */
type Asker = { id: string; note: string }

/**
 * The part of the places at servers that this worker may take, as others come and go. No clock is read: a part grows only
 * when all who ask have published that they deal the places out among the same ones.
 */
export type Dealing = {
  /**
   * Takes note of who asks, as was read after the last note was published. The parts that `of` says may be smaller from now on.
   *
   * @returns the note to publish, once no more requests are at the servers than `of` says now
   */
  look(others: readonly Asker[]): string
  /** The note is there for everybody who looks. */
  published(note: string): void
  /** Places that this worker may take of `max`. */
  of(max: number): number
}

/** Those among whom places are dealt out, in order. */
type Round = { digest: string; count: number; rank: number }

/**
 * Deals out places between workers that only see each other's notes, each as late as it likes. A note has a number, by which
 * the places are dealt out, and a digest of all who ask as its worker sees them. Two rules make the parts of all never add up to
 * more than there is:
 *
 * 1. Whoever sees others than before takes the smallest part of all that it had or would have, and publishes the new round
 *    after that.
 * 2. It takes its part of a round only when all who are in it have published that round, itself included.
 *
 * So of two different rounds not both are taken by workers that ask: whoever is in both has published the later one, and takes the
 * smaller part. A newcomer has none until all others have published a round with it; its number is higher than theirs,
 * so that it takes from nobody the last place.
 */
export function openDealing(own: string): Dealing {
  let order: number | undefined
  let last = noNote
  let taken: Round | undefined
  /** Seen since then. */
  let since: Round[] = []
  return {
    look(others) {
      const asking = others.filter(({ note }) => note !== noNote)
      order ??= 1 + Math.max(0, ...asking.map(({ note }) => orderIn(note)))
      const round = roundOf([...asking, { id: own, note: noteOf(order, '') }], own)
      const note = noteOf(order, round.digest)
      if (last === note && asking.every((each) => digestIn(each.note) === round.digest)) {
        taken = round
        since = []
      } else if (since.at(-1)?.digest !== round.digest) since.push(round)
      return note
    },
    published(note) {
      last = note
      if (note !== noNote) return
      order = undefined
      taken = undefined
      since = []
    },
    of: (max) => (taken === undefined ? 0 : Math.min(...[taken, ...since].map((round) => part(max, round)))),
  }
}

/** All the same, and one more for the first few, so that the parts add up to all places. */
function part(max: number, { count, rank }: Round): number {
  return Math.floor(max / count) + (rank < max % count ? 1 : 0)
}

function roundOf(all: readonly Asker[], own: string): Round {
  const sorted = all
    .map(({ id, note }) => ({ id, order: orderIn(note) }))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
  return { digest, count: sorted.length, rank: sorted.findIndex(({ id }) => id === own) }
}

function noteOf(order: number, digest: string): string {
  return `${String(order).padStart(7, '0')} ${digest.padEnd(16)}`
}

function orderIn(note: string): number {
  return Number(note.slice(0, 7)) || 0
}

function digestIn(note: string): string {
  return note.slice(8)
}
