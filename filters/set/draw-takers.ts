import { armsOfSet, blockOf, placeIn, type Tickets } from './draw-tickets.ts'
import { compareIds, idWords, readId, writeId } from './id-words.ts'
import type { Takers } from './weighted-draw.ts'

/** Those who take part in a draw, with a way back to them. */
type TakersById = Takers & {
  /** The place of an id, -1 where it does not take part. */
  placeOf(id: string): number
}

/**
 * The problems that have a kept answer of every arm, in the order of their ids.
 *
 * @param arms those that count, `null` for all that have any answer
 */
export function takersOf(tickets: Tickets, arms: readonly string[] | null): TakersById {
  const counted = [...(arms ?? tickets.arms)]
  const armsOf = tickets.armSets.list.map((text) => new Set(armsOfSet(text)))
  const ids = new Uint32Array(tickets.rows * idWords)
  const strata = new Uint32Array(tickets.rows)
  const tokens = new Uint32Array(tickets.rows)
  const first = new Uint8Array(tickets.rows)
  const rows = rowsById(tickets)
  let count = 0
  for (let next = 0; next < rows.length;) {
    const { ids: own, strata: ownStrata } = blockOf(tickets, rows[next]!)
    const from = placeIn(rows[next]!)
    ids.set(own.subarray(from * idWords, (from + 1) * idWords), count * idWords)
    strata[count] = ownStrata[from]!
    tokens[count] = 0
    first[count] = 0
    const kept: number[] = []
    for (; next < rows.length; next++) {
      const block = blockOf(tickets, rows[next]!)
      const at = placeIn(rows[next]!)
      if (compareIds(block.ids, at * idWords, ids, count * idWords) !== 0) break
      kept.push(block.kept[at]!)
      tokens[count] = Math.max(tokens[count]!, block.tokens[at]!)
      if (block.first[at] === 1) first[count] = 1
    }
    if (counted.every((arm) => kept.some((set) => armsOf[set]!.has(arm)))) count += 1
  }
  return {
    count,
    id: (place) => readId(ids, place * idWords),
    names: tickets.strata.list,
    strata: strata.subarray(0, count),
    tokens: tokens.subarray(0, count),
    first: first.subarray(0, count),
    placeOf: (id) => placeOf(id, ids, count),
  }
}

function rowsById(tickets: Tickets): Uint32Array {
  return new Uint32Array(tickets.rows)
    .map((_, row) => row)
    .sort((a, b) =>
      compareIds(
        blockOf(tickets, a).ids,
        placeIn(a) * idWords,
        blockOf(tickets, b).ids,
        placeIn(b) * idWords,
      ),
    )
}

const wanted = new Uint32Array(idWords)

function placeOf(id: string, ids: Uint32Array, count: number): number {
  writeId(id, wanted, 0)
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const order = compareIds(ids, middle * idWords, wanted, 0)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
