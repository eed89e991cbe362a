import { hashOf, type PieceTable } from './piece-table.ts'

/** What no pair of tokens has as its rank: they do not make a token together. */
const none = 0x7fffffff

/** Pieces of more bytes are merged with a heap; for shorter ones a look at all pairs is faster. */
const shortPiece = 64

/** Counts the tokens of a piece by byte pair encoding: the pair with the lowest rank is merged, again and again. */
export function openMerge(table: PieceTable): (bytes: Uint8Array, start: number, end: number) => number {
  const starts = new Int32Array(shortPiece + 1)
  const ranks = new Int32Array(shortPiece + 1)

  function rankOf(bytes: Uint8Array, start: number, end: number): number {
    const place = table.find(bytes, start, end, hashOf(bytes, start, end))
    if (place < 0) return none
    const rank = table.rank(place)
    return rank < 0 ? none : rank
  }

  function mergeShort(bytes: Uint8Array, start: number, end: number): number {
    let count = end - start
    for (let part = 0; part <= count; part++) starts[part] = start + part
    for (let part = 0; part < count - 1; part++) ranks[part] = rankOf(bytes, start + part, start + part + 2)
    for (;;) {
      let lowest = none
      let at = -1
      for (let part = 0; part < count - 1; part++)
        if (ranks[part]! < lowest) {
          lowest = ranks[part]!
          at = part
        }
      if (at === -1) return count
      starts.copyWithin(at + 1, at + 2, count + 1)
      ranks.copyWithin(at + 1, at + 2, count - 1)
      count -= 1
      if (at < count - 1) ranks[at] = rankOf(bytes, starts[at]!, starts[at + 2]!)
      if (at > 0) ranks[at - 1] = rankOf(bytes, starts[at - 1]!, starts[at + 1]!)
    }
  }

  /** Parts in a linked list, their pairs in a heap by rank and place: n log n for a run of one letter without end. */
  function mergeLong(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    const next = Int32Array.from({ length }, (_, part) => part + 1)
    const before = Int32Array.from({ length: length + 1 }, (_, part) => part - 1)
    /** The rank of each part with the one behind it; -1 where the part is no more. */
    const pairs = new Int32Array(length).fill(none)
    const heap = openHeap(3 * length)
    const look = (part: number): void => {
      const second = next[part]!
      const rank = second < length ? rankOf(bytes, start + part, start + next[second]!) : none
      pairs[part] = rank
      if (rank !== none) heap.push(rank, part)
    }
    for (let part = 0; part < length; part++) look(part)
    let count = length
    while (heap.pop()) {
      const { rank, part } = heap.popped
      // What stands in the heap may have been merged since.
      if (pairs[part] !== rank) continue
      const second = next[part]!
      next[part] = next[second]!
      before[next[part]] = part
      pairs[second] = -1
      count -= 1
      look(part)
      if (before[part]! >= 0) look(before[part]!)
    }
    return count
  }

  return (bytes, start, end) => (end - start > shortPiece ? mergeLong : mergeShort)(bytes, start, end)
}

/** Pairs of a rank and a place, the lowest rank first and of equal ones the first place. */
function openHeap(most: number) {
  /** Both in one number: below 2^53, since ranks have 18 bits and places 32. */
  const keys = new Float64Array(most + 1)
  const popped = { rank: 0, part: 0 }
  let size = 0
  return {
    popped,
    push(rank: number, part: number): void {
      const key = rank * 2 ** 32 + part
      let at = size++
      while (at > 0) {
        const above = (at - 1) >> 1
        if (keys[above]! <= key) break
        keys[at] = keys[above]!
        at = above
      }
      keys[at] = key
    },
    /** Takes the first pair out and into `popped`; false when there is none. */
    pop(): boolean {
      if (size === 0) return false
      const top = keys[0]!
      popped.rank = Math.floor(top / 2 ** 32)
      popped.part = top - popped.rank * 2 ** 32
      size -= 1
      const key = keys[size]!
      let at = 0
      for (let below = 1; below < size; below = 2 * at + 1) {
        if (below + 1 < size && keys[below + 1]! < keys[below]!) below += 1
        if (keys[below]! >= key) break
        keys[at] = keys[below]!
        at = below
      }
      keys[at] = key
      return true
    },
  }
}
