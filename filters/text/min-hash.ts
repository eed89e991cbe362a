/** How texts are hashed for comparison. Two texts meet with the probability 1 - (1 - s^rows)^bands at Jaccard similarity s. */
export type MinHashOptions = { shingle: number; bands: number; rows: number }

/**
 * Opens MinHash with banding (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). The
 * function writes one hash of 32 bits for each band of a text into `into`, from `at` on; a text of fewer words than a
 * shingle is one shingle. `salt` goes into every hash, so that texts with different salts never meet on purpose.
 */
export function openMinHash({ shingle, bands, rows }: MinHashOptions) {
  const count = bands * rows
  const factors = new Int32Array(count)
  const terms = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    // Odd factors permute the whole numbers of 32 bits.
    factors[index] = mix(index * 2 + 1) | 1
    terms[index] = mix(index * 2 + 2)
  }
  let shingles = new Int32Array(1024)
  return (words: readonly string[], salt: string, into: Uint32Array, at: number): void => {
    const length = Math.max(1, words.length - shingle + 1)
    if (length > shingles.length) shingles = new Int32Array(length * 2)
    fillShingles(words, shingle, shingles)
    const salted = hashOfWord(salt)
    for (let band = 0; band < bands; band++) {
      let hash = mix(salted ^ (band + 1))
      for (let row = 0; row < rows; row++) {
        const index = band * rows + row
        const factor = factors[index]!
        const term = terms[index]!
        let least = 0x7fffffff
        for (let each = 0; each < length; each++) {
          const value = (Math.imul(shingles[each]!, factor) + term) | 0
          if (value < least) least = value
        }
        hash = mix(Math.imul(hash, 31) ^ least)
      }
      into[at + band] = hash
    }
  }
}

function fillShingles(words: readonly string[], shingle: number, into: Int32Array): void {
  const hashes = words.map(hashOfWord)
  const length = Math.max(1, words.length - shingle + 1)
  for (let start = 0; start < length; start++) {
    let hash = 0
    for (let at = start; at < Math.min(start + shingle, hashes.length); at++)
      hash = Math.imul(hash, 0x01000193) + hashes[at]!
    into[start] = mix(hash)
  }
}

/** FNV-1a over UTF-16 units. */
function hashOfWord(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash
}

/** The finaliser of MurmurHash3, which spreads every bit over all. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
