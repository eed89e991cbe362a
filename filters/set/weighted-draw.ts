import { sha256 } from '../../schemas/canonical.ts'

/** Problems that take part in a draw, in columns and in the order of their ids. */
export type Takers = {
  count: number
  id(place: number): string
  /** Names of the strata. */
  names: readonly string[]
  /** The stratum of each, as the number of its name. */
  strata: Uint32Array
  /** Length of the longest trace of each. */
  tokens: Uint32Array
  /** 1 for those that are taken before anything is drawn. */
  first: Uint8Array
}

type Draw = {
  count: number
  seed: number
  /** Chance of each stratum beside the others; `null` for the same of all. What is not named is not drawn. */
  weights: Readonly<Record<string, number>> | null
}

/**
 * Draws problems as s1 does (arXiv 2501.19393): those that come first, then again and again a stratum by lot and in it a
 * problem by lot, whose weight is halved with each place in the order of lengths, the longest having the greatest. Every
 * choice comes from a hash of the seed with the id or the number of the draw, so the result depends on nothing else, and
 * a draw of fewer problems gives the beginning of a draw of more.
 *
 * @returns the places in the order in which they were drawn: `count` of them, or all that there are
 */
export function weightedDraw(takers: Takers, { count, seed, weights }: Draw): Uint32Array {
  const [front, ...strata] = grouped(takers)
  const first = longestFirst(front!, takers).subarray(0, count)
  const drawn = new Uint32Array(Math.min(count, takers.count))
  drawn.set(first)
  const open = takers.names
    .map((name, at) => ({ name, places: strata[at]!, weight: weightOf(name, weights), next: 0 }))
    .filter(({ places, weight }) => places.length > 0 && weight > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const { places } of open) lotOrder(places, takers, seed)
  let done = first.length
  for (let turn = 0; done < drawn.length && open.length > 0; turn++) {
    const at = pick(open, uniform(`${seed} turn ${turn}`), weights === null)
    const stratum = open[at]!
    drawn[done++] = stratum.places[stratum.next++]!
    if (stratum.next === stratum.places.length) open.splice(at, 1)
  }
  return drawn.subarray(0, done)
}

/** The places that come first, and then those of each stratum. */
function grouped({ count, names, strata, first }: Takers): Uint32Array[] {
  const groupOf = (place: number): number => (first[place] === 1 ? 0 : strata[place]! + 1)
  const sizes = new Uint32Array(names.length + 1)
  for (let place = 0; place < count; place++) sizes[groupOf(place)]! += 1
  const groups = [...sizes].map((size) => new Uint32Array(size))
  sizes.fill(0)
  for (let place = 0; place < count; place++) {
    const group = groupOf(place)
    groups[group]![sizes[group]!++] = place
  }
  return groups
}

/** Sorts in place; equal ones stay in the order of their ids. */
function longestFirst(places: Uint32Array, { tokens }: Takers): Uint32Array {
  return places.sort((a, b) => tokens[b]! - tokens[a]! || a - b)
}

function weightOf(name: string, weights: Draw['weights']): number {
  if (weights === null) return 1
  return Object.hasOwn(weights, name) ? weights[name]! : 0
}

/**
 * Sorts the problems of one stratum in place as they are drawn without being put back. Each gets an exponential waiting time
 * whose rate is its weight, 2^-rank, and the shortest goes first (Efraimidis and Spirakis 2006); logarithms, because the
 * weight of a late rank is too small for a number.
 */
function lotOrder(places: Uint32Array, takers: Takers, seed: number): void {
  longestFirst(places, takers)
  const waits = new Float64Array(places.length)
  for (const [rank, place] of places.entries())
    waits[rank] = Math.log(-Math.log(uniform(`${seed} ${takers.id(place)}`))) + rank * Math.LN2
  const ranks = new Uint32Array(places.length)
    .map((_, rank) => rank)
    .sort((a, b) => waits[a]! - waits[b]! || places[a]! - places[b]!)
  places.set(ranks.map((rank) => places[rank]!))
}

/** The place of the stratum on which the lot falls. With the same chance for all it need not be looked for. */
function pick(open: readonly { weight: number }[], lot: number, isEven: boolean): number {
  if (isEven) return Math.floor(lot * open.length)
  let left = lot * open.reduce((sum, { weight }) => sum + weight, 0)
  const found = open.findIndex(({ weight }) => (left -= weight) < 0)
  return found === -1 ? open.length - 1 : found
}

/** A number between 0 and 1, neither of them, that the text decides. */
function uniform(text: string): number {
  return (Number.parseInt(sha256(text).slice(0, 12), 16) + 0.5) / 2 ** 48
}
