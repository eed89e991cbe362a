import { compareIds, idWords, writeId } from './id-words.ts'

/**
 * What a draw has to know of every problem, in typed arrays, because a run may have a million: 29 bytes a problem, and for
 * a million 120 MB in each thread while it is drawn from (measured). A problem whose samples did not come one after the
 * other has several rows, which the draw puts together.
 */
export type Tickets = {
  arms: Set<string>
  /** Names of strata; the rows hold their numbers. */
  strata: Names
  /** Sets of arms, as texts of their names in order. */
  armSets: Names
  rows: number
  blocks: Block[]
}

/** Texts, each once, with their places: a search through the list takes too long where every problem has its own. */
type Names = { list: string[]; numbers: Map<string, number> }

/** Rows in columns. Tickets grow by whole blocks, so nothing is copied, and the summary of a small shard stays small. */
type Block = {
  ids: Uint32Array
  strata: Uint32Array
  /** The arms of which an answer was kept. */
  kept: Uint32Array
  tokens: Uint32Array
  first: Uint8Array
}
const blockRows = 1024

/** The id of the sample that is added. */
const wanted = new Uint32Array(idWords)

/** What one sample says about its problem. */
export type Entry = {
  /** 32 hexadecimal digits. */
  id: string
  stratum: string
  arm: string
  /** Its length if it was kept, else `null`. */
  tokens: number | null
  /** Whether it brings its problem to the front, if it was kept. */
  first: boolean
}

export function emptyTickets(): Tickets {
  const armSets = emptyNames()
  numberOf(armSets, noArms)
  return { arms: new Set(), strata: emptyNames(), armSets, rows: 0, blocks: [] }
}

/** Adds a sample in place. */
export function addEntry(tickets: Tickets, { id, stratum, arm, tokens, first }: Entry): void {
  tickets.arms.add(arm)
  if (tokens === null) return
  writeId(id, wanted, 0)
  const last = tickets.rows - 1
  const isSame = last >= 0 && compareIds(blockOf(tickets, last).ids, placeIn(last) * idWords, wanted, 0) === 0
  const row = isSame ? last : addRow(tickets)
  const block = blockOf(tickets, row)
  const at = placeIn(row)
  block.ids.set(wanted, at * idWords)
  block.strata[at] = numberOf(tickets.strata, stratum)
  block.kept[at] = withArm(tickets.armSets, block.kept[at]!, arm)
  block.tokens[at] = Math.max(block.tokens[at]!, tokens)
  if (first) block.first[at] = 1
}

/** Adds the second to the first in place. */
export function mergeTickets(into: Tickets, from: Tickets): void {
  for (const arm of from.arms) into.arms.add(arm)
  const strata = from.strata.list.map((name) => numberOf(into.strata, name))
  const armSets = from.armSets.list.map((name) => numberOf(into.armSets, name))
  for (let row = 0; row < from.rows; row++) {
    const source = blockOf(from, row)
    const at = placeIn(row)
    const added = addRow(into)
    const target = blockOf(into, added)
    const to = placeIn(added)
    target.ids.set(source.ids.subarray(at * idWords, (at + 1) * idWords), to * idWords)
    target.strata[to] = strata[source.strata[at]!]!
    target.kept[to] = armSets[source.kept[at]!]!
    target.tokens[to] = source.tokens[at]!
    target.first[to] = source.first[at]!
  }
}

/** The number of a new row. */
function addRow(tickets: Tickets): number {
  if (tickets.rows % blockRows === 0)
    tickets.blocks.push({
      ids: new Uint32Array(blockRows * idWords),
      strata: new Uint32Array(blockRows),
      kept: new Uint32Array(blockRows),
      tokens: new Uint32Array(blockRows),
      first: new Uint8Array(blockRows),
    })
  return tickets.rows++
}

export function blockOf({ blocks }: Tickets, row: number): Block {
  return blocks[Math.floor(row / blockRows)]!
}

export function placeIn(row: number): number {
  return row % blockRows
}

/** The set of no arm, which is the first one. */
const noArms = '[]'

/** The number of a set of arms with one more. */
function withArm(armSets: Names, number: number, arm: string): number {
  const arms = armsOfSet(armSets.list[number]!)
  return arms.includes(arm) ? number : numberOf(armSets, JSON.stringify([...arms, arm].toSorted()))
}

export function armsOfSet(text: string): string[] {
  return JSON.parse(text) as string[]
}

function emptyNames(): Names {
  return { list: [], numbers: new Map() }
}

function numberOf({ list, numbers }: Names, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, list.length)
  return list.push(name) - 1
}
