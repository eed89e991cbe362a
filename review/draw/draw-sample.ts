import { sha256 } from '../../schemas/canonical.ts'
import type { PairReason } from '../../schemas/reasons.ts'
import type { PairPlace } from '../pairs/source.ts'

/** A pair that was drawn. */
export type Drawn = {
  id: string
  /** What it was drawn among. */
  stratum: string
  /** `random`, or the name of a risk. */
  why: string
}

export type DrawOptions<Note extends PairPlace> = {
  seed: number
  /** Random pairs. */
  size: number
  /** What the notes must say for it depends on these: without risks the places of the pairs are enough. */
  risks: readonly { name: string; rank(note: Note): number | null }[]
  /** Pairs for each risk. */
  perRisk: number
}

export type Sample = {
  /** Pairs that it was drawn from. */
  population: number
  random: Drawn[]
  risky: Drawn[]
}

type Ranked = { id: string; rank: number; draw: string; stratum: string }

/** Strata beyond so many are drawn as one, so that memory does not grow with odd labels. */
const mostStrata = 200

/**
 * Draws pairs by a seed: random ones, each stratum (domain and source) with its share, and those of every risk. The same
 * notes in the same order give the same draw. Holds a few times as many ids as are drawn.
 */
export async function drawSample<Note extends PairPlace>(
  notes: AsyncIterable<Note>,
  { seed, size, risks, perRisk }: DrawOptions<Note>,
): Promise<Sample> {
  const strata = new Map<string, { count: number; best: ReturnType<typeof openBest> }>()
  const picks = risks.map((risk) => ({ risk, best: openBest(perRisk) }))
  let population = 0
  for await (const note of notes) {
    const draw = sha256(`${seed} ${note.id}`)
    const stratum = stratumOf(note)
    if (isReviewed(note)) {
      population += 1
      const name = strata.has(stratum) || strata.size < mostStrata ? stratum : 'others'
      const own = strata.get(name) ?? { count: 0, best: openBest(size) }
      strata.set(name, own)
      own.count += 1
      own.best.add({ id: note.id, rank: 0, draw, stratum: name })
    }
    for (const { risk, best } of picks) {
      const rank = risk.rank(note)
      if (rank !== null) best.add({ id: note.id, rank, draw, stratum })
    }
  }
  const shares = sharesOf(
    [...strata].map(([name, { count }]) => [name, count]),
    Math.min(size, population),
  )
  const random = [...strata].flatMap(([name, { best }]) => best.take(shares.get(name)!))
  const drawn = new Set(random.map(({ id }) => id))
  const risky: Drawn[] = []
  for (const { risk, best } of picks)
    for (const { id, stratum } of best.take(perRisk)) {
      if (drawn.has(id)) continue
      drawn.add(id)
      risky.push({ id, stratum, why: risk.name })
    }
  return {
    population,
    random: random
      .sort((a, b) => (a.draw < b.draw ? -1 : 1))
      .map(({ id, stratum }) => ({ id, stratum, why: 'random' })),
    risky,
  }
}

/** Drawn pairs in an order of their own for every reviewer, so that a tired hour does not fall on the same pairs. */
export function orderFor<Pair extends { id: string }>(
  reviewer: string,
  seed: number,
  drawn: readonly Pair[],
): Pair[] {
  return drawn
    .map((pair) => ({ pair, place: sha256(`${seed} ${reviewer} ${pair.id}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ pair }) => pair)
}

/**
 * Whether a problem belongs to what the sample speaks of: all pairs, and those that reviewers have withdrawn. These stay
 * in it, because to withdraw what was seen does not mend what was not.
 */
function isReviewed({ lost }: PairPlace): boolean {
  return lost === '' || lost === ('rejected_by_review' satisfies PairReason)
}

function stratumOf({ domain, source }: PairPlace): string {
  return [domain || 'no domain', source].filter((part) => part !== '').join(' · ')
}

/** Whole shares that add up to `size`, each within one of its exact part: largest remainders first. */
function sharesOf(counts: readonly (readonly [string, number])[], size: number): Map<string, number> {
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const exact = counts.map(([name, count]) => ({ name, share: (size * count) / Math.max(1, total) }))
  const shares = new Map(exact.map(({ name, share }) => [name, Math.floor(share)]))
  let left = size - [...shares.values()].reduce((sum, share) => sum + share, 0)
  const remainders = exact.toSorted(
    (a, b) => (b.share % 1) - (a.share % 1) || (sha256(a.name) < sha256(b.name) ? -1 : 1),
  )
  for (const { name } of remainders) {
    if (left <= 0) break
    shares.set(name, shares.get(name)! + 1)
    left -= 1
  }
  return shares
}

/** Keeps the best of many, by rank and then by lot. */
function openBest(limit: number): { add(one: Ranked): void; take(count: number): Ranked[] } {
  let kept: Ranked[] = []
  const shrink = (): void => {
    kept.sort((a, b) => b.rank - a.rank || (a.draw < b.draw ? -1 : 1))
    kept = kept.slice(0, limit)
  }
  return {
    add(one) {
      kept.push(one)
      if (kept.length > 2 * limit + 64) shrink()
    },
    take(count) {
      shrink()
      return kept.slice(0, count)
    },
  }
}
