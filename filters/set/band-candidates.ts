/** Rows that one packed number can tell apart: a hash of 32 bits and a row number fill the 53 bits of a double. */
export const mostRows = 2 ** 21
const shift = mostRows

/** Members of a bucket that each later one is compared with: the first and the latest. */
const comparedWith = 8

/**
 * The pairs of rows that share the hash of a band, each once, the later row first and then the earlier one, as
 * `later * 2^21 + earlier`. Memory: one double for each row and for each pair.
 *
 * @param hash of a band of a row, rows being numbered in the order in which they are compared
 */
export function bandCandidates(
  rows: number,
  bands: number,
  hash: (row: number, band: number) => number,
): Float64Array {
  let pairs: Float64Array = new Float64Array(0)
  const packed = new Float64Array(rows)
  for (let band = 0; band < bands; band++) {
    for (let row = 0; row < rows; row++) packed[row] = hash(row, band) * shift + row
    packed.sort()
    const found: number[] = []
    for (let start = 0; start < rows;) {
      const bucket = Math.floor(packed[start]! / shift)
      let end = start + 1
      while (end < rows && Math.floor(packed[end]! / shift) === bucket) end++
      for (let later = start + 1; later < end; later++) {
        const pair = (earlier: number): void => {
          found.push((packed[later]! % shift) * shift + (packed[earlier]! % shift))
        }
        const first = Math.min(later, start + comparedWith)
        for (let earlier = start; earlier < first; earlier++) pair(earlier)
        for (let earlier = Math.max(first, later - comparedWith); earlier < later; earlier++) pair(earlier)
      }
      start = end
    }
    pairs = merged(pairs, found)
  }
  return pairs
}

function merged(pairs: Float64Array, found: readonly number[]): Float64Array {
  if (found.length === 0) return pairs
  const all = new Float64Array(pairs.length + found.length)
  all.set(pairs)
  all.set(found, pairs.length)
  all.sort()
  let kept = 0
  for (const pair of all) if (kept === 0 || pair !== all[kept - 1]) all[kept++] = pair
  return all.slice(0, kept)
}
