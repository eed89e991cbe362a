/** The words of a text in order as whole numbers, which are places in the list of its different words. */
export type Words = { ids: Uint32Array; different: string[] }

/**
 * Splits a text into runs between white space, and each character of a script that writes without spaces (Han, Kana, Thai
 * and their neighbours) on its own.
 */
export function splitWords(text: string): Words {
  const numbers = new Map<string, number>()
  const ids = Uint32Array.from(text.match(wordPattern) ?? [], (word) => numberOf(word, numbers))
  return { ids, different: [...numbers.keys()] }
}

/**
 * The n-grams that start at each position as whole numbers, equal n-grams having equal numbers; exact, not hashed. Built
 * by doubling, so the work grows with the length of the text times log n.
 */
export function nGramIds(words: Uint32Array, n: number): Uint32Array {
  if (n === 1) return words
  const half = nGramIds(words, 2 ** Math.floor(Math.log2(n - 1)))
  // Two halves that overlap, unless n is a power of two, name the n-gram as well as two that do not.
  const offset = n - 2 ** Math.floor(Math.log2(n - 1))
  const pairs = new Map<number, number>()
  const ids = new Uint32Array(Math.max(0, half.length - offset))
  for (let at = 0; at < ids.length; at += 1) {
    ids[at] = numberOf((half[at] ?? 0) * 2 ** 26 + (half[at + offset] ?? 0), pairs)
  }
  return ids
}

/** How often an n-gram occurs, how often without overlapping itself, and where it first starts. */
export type Occurrences = { times: number; apart: number; first: number }

/** The n-grams that occur more often than a number of times. */
export function frequent(ids: Uint32Array, n: number, times: number): Occurrences[] {
  const counts = new Map<number, Occurrences & { end: number }>()
  for (const [at, id] of ids.entries()) {
    const seen = counts.get(id)
    if (seen === undefined) {
      counts.set(id, { times: 1, apart: 1, first: at, end: at + n })
      continue
    }
    seen.times += 1
    if (at < seen.end) continue
    seen.apart += 1
    seen.end = at + n
  }
  return [...counts.values()].filter((occurrences) => occurrences.times > times)
}

const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
const wordPattern = new RegExp(`[${unspaced}]|[^\\s${unspaced}]+`, 'gu')

function numberOf<Key>(key: Key, numbers: Map<Key, number>): number {
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, numbers.size)
  return numbers.size - 1
}
