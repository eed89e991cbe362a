/** How texts are hashed for comparison. Two texts meet with the probability 1 - (1 - s^rows)^bands at Jaccard similarity s. */
export type MinHashOptions = { shingle: number; bands: number; rows: number }

/**
 * Opens MinHash with banding (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). The
 * function writes one hash of 32 bits for each band of a text into `into`, from `at` on; a text of fewer words than a
 * shingle is one shingle. `salt` goes into every hash, so that texts with different salts never meet on purpose.
 */
export function openMinHash({ shingle, bands, rows }: MinHashOptions) {
  const count = bands * rows
  // Filled up to a multiple of four.
  const factors = new Int32Array(count + 3)
  const terms = new Int32Array(count + 3)
  const leasts = new Int32Array(count + 3)
  for (let index = 0; index < count; index++) {
    // Odd factors permute the whole numbers of 32 bits.
    factors[index] = spreadHash(index * 2 + 1) | 1
    terms[index] = spreadHash(index * 2 + 2)
  }
  let shingles = new Int32Array(1024)
  let hashes = new Int32Array(1024)
  return (words: readonly string[], salt: number, into: Uint32Array, at: number): void => {
    const length = Math.max(1, words.length - shingle + 1)
    if (length > shingles.length) shingles = new Int32Array(length * 2)
    if (words.length > hashes.length) hashes = new Int32Array(words.length * 2)
    for (let place = 0; place < words.length; place++) hashes[place] = hashOfWord(words[place]!)
    fillShingles(hashes.subarray(0, words.length), shingle, shingles)
    // Four permutations at a time: the loop over the shingles takes nearly all the time, most of it for fetching them.
    for (let index = 0; index < count; index += 4) {
      const [factor0, factor1, factor2, factor3] = [
        factors[index]!,
        factors[index + 1]!,
        factors[index + 2]!,
        factors[index + 3]!,
      ]
      const [term0, term1, term2, term3] = [
        terms[index]!,
        terms[index + 1]!,
        terms[index + 2]!,
        terms[index + 3]!,
      ]
      let least0 = 0x7fffffff
      let least1 = least0
      let least2 = least0
      let least3 = least0
      for (let each = 0; each < length; each++) {
        const value = shingles[each]!
        least0 = Math.min(least0, (Math.imul(value, factor0) + term0) | 0)
        least1 = Math.min(least1, (Math.imul(value, factor1) + term1) | 0)
        least2 = Math.min(least2, (Math.imul(value, factor2) + term2) | 0)
        least3 = Math.min(least3, (Math.imul(value, factor3) + term3) | 0)
      }
      leasts[index] = least0
      leasts[index + 1] = least1
      leasts[index + 2] = least2
      leasts[index + 3] = least3
    }
    for (let band = 0; band < bands; band++) {
      let hash = spreadHash(salt ^ (band + 1))
      for (let row = 0; row < rows; row++) hash = spreadHash(Math.imul(hash, 31) ^ leasts[band * rows + row]!)
      into[at + band] = hash
    }
  }
}

function fillShingles(hashes: Int32Array, shingle: number, into: Int32Array): void {
  const length = Math.max(1, hashes.length - shingle + 1)
  for (let start = 0; start < length; start++) {
    let hash = 0
    for (let at = start; at < Math.min(start + shingle, hashes.length); at++)
      hash = Math.imul(hash, 0x01000193) + hashes[at]!
    into[start] = spreadHash(hash)
  }
}

/** FNV-1a over UTF-16 units. */
export function hashOfWord(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash
}

/** The finaliser of MurmurHash3, which spreads every bit over all. */
export function spreadHash(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
