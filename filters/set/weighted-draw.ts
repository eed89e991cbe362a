import { sha256 } from '../../schemas/canonical.ts'

/** A problem that takes part in a draw. */
export type Ticket = {
  id: string
  stratum: string
  /** Length of its longest trace. */
  tokens: number
  /** Whether it is taken before anything is drawn. */
  first: boolean
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
 * @returns the ids in the order in which they were drawn: `count` of them, or all that there are
 */
export function weightedDraw(tickets: readonly Ticket[], { count, seed, weights }: Draw): string[] {
  const first = tickets.filter((ticket) => ticket.first).toSorted(longestFirst)
  const drawn = first.slice(0, count).map(({ id }) => id)
  const strata = Map.groupBy(
    tickets.filter((ticket) => !ticket.first),
    ({ stratum }) => stratum,
  )
  let open = [...strata]
    .map(([name, own]) => ({ weight: weightOf(name, weights), name, order: lotOrder(own, seed), next: 0 }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (let turn = 0; drawn.length < count && open.length > 0; turn++) {
    const stratum = pick(open, uniform(`${seed} turn ${turn}`))
    drawn.push(stratum.order[stratum.next++]!)
    if (stratum.next === stratum.order.length) open = open.filter((one) => one !== stratum)
  }
  return drawn
}

function longestFirst(a: Ticket, b: Ticket): number {
  return b.tokens - a.tokens || (a.id < b.id ? -1 : 1)
}

function weightOf(name: string, weights: Draw['weights']): number {
  if (weights === null) return 1
  return Object.hasOwn(weights, name) ? weights[name]! : 0
}

/**
 * The order in which the problems of one stratum are drawn without being put back. Each gets an exponential waiting time
 * whose rate is its weight, 2^-rank, and the shortest goes first (Efraimidis and Spirakis 2006); logarithms, because the
 * weight of a late rank is too small for a number.
 */
function lotOrder(own: readonly Ticket[], seed: number): string[] {
  return own
    .toSorted(longestFirst)
    .map(({ id }, rank) => ({
      id,
      wait: Math.log(-Math.log(uniform(`${seed} ${id}`))) + rank * Math.LN2,
    }))
    .toSorted((a, b) => a.wait - b.wait || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id)
}

function pick<Stratum extends { weight: number }>(open: readonly Stratum[], lot: number): Stratum {
  let left = lot * open.reduce((sum, { weight }) => sum + weight, 0)
  return open.find(({ weight }) => (left -= weight) < 0) ?? open.at(-1)!
}

/** A number between 0 and 1, neither of them, that the text decides. */
function uniform(text: string): number {
  return (Number.parseInt(sha256(text).slice(0, 12), 16) + 0.5) / 2 ** 48
}
