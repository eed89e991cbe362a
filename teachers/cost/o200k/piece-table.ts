/** Tokens and pieces of text by their bytes, with no string of any of them. */
export type PieceTable = {
  /**
   * The place of these bytes in the table, or `-1 - place` of where they would be put.
   *
   * @param hash of the bytes, see `hashOf`
   */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number
  /** Puts bytes where `find` said that they would be; says nothing and forgets them when the table is full. */
  put(
    bytes: Uint8Array,
    range: { start: number; end: number; hash: number; place: number },
    entry: Entry,
  ): void
  /** The rank of the token at a place, -1 where a piece is no token. */
  rank(place: number): number
  /** How many tokens the piece at a place has. */
  tokens(place: number): number
}

/** `rank` is -1 for a piece that is no token. */
type Entry = { rank: number; tokens: number }

/** Two thirds of the slots are used at most: searches get long in a fuller table. */
const slots = 2 ** 19
const mostEntries = 350_000
/** The vocabulary takes 1.4 MB of it. */
const poolBytes = 2 ** 22

/** An open-addressing hash table over byte ranges. It holds 350,000 of them in 13 MB and never grows. */
export function openPieceTable(): PieceTable {
  const starts = new Uint32Array(slots)
  const hashes = new Uint32Array(slots)
  const ranks = new Int32Array(slots)
  const lengths = new Uint16Array(slots)
  /** 0 in an empty slot. */
  const counts = new Uint16Array(slots)
  const pool = new Uint8Array(poolBytes)
  let poolEnd = 0
  let entries = 0
  return {
    find(bytes, start, end, hash) {
      const length = end - start
      for (let place = hash & (slots - 1); ; place = (place + 1) & (slots - 1)) {
        if (counts[place] === 0) return -1 - place
        if (hashes[place] !== hash || lengths[place] !== length) continue
        let stored = starts[place]!
        let at = start
        while (at < end && pool[stored] === bytes[at]) {
          at += 1
          stored += 1
        }
        if (at === end) return place
      }
    },
    put(bytes, { start, end, hash, place }, { rank, tokens }) {
      if (entries === mostEntries || poolEnd + end - start > poolBytes) return
      starts[place] = poolEnd
      hashes[place] = hash
      ranks[place] = rank
      lengths[place] = end - start
      counts[place] = tokens
      for (let at = start; at < end; at++) pool[poolEnd++] = bytes[at]!
      entries += 1
    },
    rank: (place) => ranks[place]!,
    tokens: (place) => counts[place]!,
  }
}

/** FNV-1a with its high bits mixed into the low ones, which choose the slot. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
