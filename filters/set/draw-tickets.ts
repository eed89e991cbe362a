import type { Ticket } from './weighted-draw.ts'

/**
 * What a draw has to know of every problem, in columns, because a run may have a million: 43 bytes a problem on disk,
 * about 270 in memory, and half as much again while it is drawn from (measured with a million). A
 * problem whose samples did not come one after the other has several rows, which `ticketsOf` puts together.
 */
export type Tickets = {
  /** Names of arms, each once. */
  arms: string[]
  /** Names of strata, and sets of arms as their names in order, each once: the columns hold numbers of these. */
  names: string[]
  ids: string[]
  strata: number[]
  /** The arms of which an answer was kept. */
  kept: number[]
  tokens: number[]
  first: boolean[]
}

/** What one sample says about its problem. */
export type Entry = {
  id: string
  stratum: string
  arm: string
  /** Its length if it was kept, else `null`. */
  tokens: number | null
  /** Whether it brings its problem to the front, if it was kept. */
  first: boolean
}

export function emptyTickets(): Tickets {
  return { arms: [], names: [], ids: [], strata: [], kept: [], tokens: [], first: [] }
}

/** Adds a sample in place. */
export function addEntry(tickets: Tickets, { id, stratum, arm, tokens, first }: Entry): void {
  numberOf(tickets.arms, arm)
  if (tokens === null) return
  const last = tickets.ids.length - 1
  const isSame = last >= 0 && tickets.ids[last] === id
  const row = isSame ? last : last + 1
  const known = isSame ? tickets.names[tickets.kept[row]!]! : noArms
  tickets.ids[row] = id
  tickets.strata[row] = numberOf(tickets.names, stratum)
  tickets.kept[row] = numberOf(tickets.names, union(known, JSON.stringify([arm])))
  tickets.tokens[row] = Math.max(isSame ? tickets.tokens[row]! : 0, tokens)
  tickets.first[row] = (isSame && tickets.first[row]!) || first
}

/** Adds the second to the first in place. */
export function mergeTickets(into: Tickets, from: Tickets): void {
  for (const arm of from.arms) numberOf(into.arms, arm)
  const numbers = from.names.map((name) => numberOf(into.names, name))
  for (const [row, id] of from.ids.entries()) {
    into.ids.push(id)
    into.strata.push(numbers[from.strata[row]!]!)
    into.kept.push(numbers[from.kept[row]!]!)
    into.tokens.push(from.tokens[row]!)
    into.first.push(from.first[row]!)
  }
}

/**
 * The problems that have a kept answer of every arm, in the order of their ids.
 *
 * @param arms those that count, `null` for all that have any answer
 */
export function ticketsOf(tickets: Tickets, arms: readonly string[] | null): Ticket[] {
  const { ids, names, strata, kept, tokens, first } = tickets
  const rows = Uint32Array.from(ids.keys()).sort((a, b) =>
    ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0,
  )
  const wanted = arms ?? tickets.arms
  const found: Ticket[] = []
  for (let start = 0; start < rows.length;) {
    const ticket = { id: ids[rows[start]!]!, stratum: names[strata[rows[start]!]!]!, tokens: 0, first: false }
    let own = noArms
    for (; start < rows.length && ids[rows[start]!] === ticket.id; start++) {
      const row = rows[start]!
      own = union(own, names[kept[row]!]!)
      ticket.tokens = Math.max(ticket.tokens, tokens[row]!)
      ticket.first ||= first[row]!
    }
    const has = new Set(JSON.parse(own) as string[])
    if (wanted.every((arm) => has.has(arm))) found.push(ticket)
  }
  return found
}

/** Sets of arms are texts, so that they can be compared and kept as names. */
const noArms = '[]'

function union(a: string, b: string): string {
  if (a === b || a === noArms) return b
  return JSON.stringify(
    [...new Set([...(JSON.parse(a) as string[]), ...(JSON.parse(b) as string[])])].toSorted(),
  )
}

/** The place of a name; few names, so a search is fast enough. */
function numberOf(names: string[], name: string): number {
  const known = names.indexOf(name)
  return known >= 0 ? known : names.push(name) - 1
}
