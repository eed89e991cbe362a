/** A hash table with open addressing, at most half full; 0 is empty, else the number of an entry plus one. */
export function emptySlots(entries: number): Uint32Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, entries * 2)))
  if (size > shared.length) return new Uint32Array(size)
  return shared.subarray(0, size).fill(0)
}

/** Taken again for every table that fits, because only one is in use at a time. */
const shared = new Uint32Array(2 ** 17)

export function spread(hash: number): number {
  return hash ^ (hash >>> 15)
}
