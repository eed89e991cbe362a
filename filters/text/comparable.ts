import { plainWords } from './plain-words.ts'

/**
 * The words of a problem that are compared with those of others: without an enumeration in front ("12.", "Problem 5:"),
 * without the lines that tell how to answer, and with the signs of mathematics as words. Names in capitals (`PR`, `ABC`)
 * stay as they are written.
 */
export function comparableWords(prompt: string): string[] {
  const bare = prompt
    .replace(/^\s*(?:(?:problem|question|exercise|task|example)\s*\d*\s*[.:)]|\(?\d{1,3}\s?[.)])\s+/i, '')
    .replace(instructions, ' ')
  const text = bare.trim() === '' ? prompt : bare
  const { words, starts, ends } = plainWords(text, { signs: true })
  // A text that is in capitals from end to end has no names that stand out by them.
  if (!/\p{Ll}{3}/u.test(text)) return words
  return words.map((word, index) => {
    const written = text.slice(starts[index], ends[index])
    return /^\p{Lu}{2,4}$/u.test(written) ? written : word
  })
}

/** Sentences that tell how to write the answer, in the spellings of the usual datasets. */
const instructions =
  /(?:please\s+)?(?:let'?s\s+)?(?:reason|think|solve[^.\n]{0,40}|explain)\s+step[- ]by[- ]step[^.\n]{0,80}(?:\\boxed\{[^{}\n]{0,20}\})?[^.\n]{0,20}\.?|(?:please\s+)?(?:put|give|write|place|present|express)\s+(?:your|the)\s+(?:final\s+)?answer[^.\n]{0,40}\\boxed\s?\{[^{}\n]{0,20}\}\$?\.?/gi

/** One, two and so on, as far as problems write numbers in words. */
const numberWords = new Set(
  'zero one two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand million half third quarter twice thrice double triple first second fourth fifth once not no non never'.split(
    ' ',
  ),
)

/**
 * What makes another problem of the same words: all numbers, also in words, negations, and letters that stand alone, in
 * their order. Two texts with different ones are two problems, however alike they look.
 */
export function numbersInOrder(words: readonly string[]): string[] {
  return words.filter((word) => numberWords.has(word) || (word !== 'a' && tells.test(word)))
}

/** The same whatever their order, as far as a text can say the same in another one. */
export function numbersOf(words: readonly string[]): string {
  return numbersInOrder(words).toSorted().join(' ')
}

/** A number, a sign, a letter of a formula, a name in capitals, or a Chinese numeral or negation. */
const tells =
  /^(?:\p{N}.*|\p{Lu}{2,4}|[^\p{L}]|[\p{Script=Latin}\p{Script=Greek}]|[零一二两三四五六七八九十百千万不非无])$/u

/** The share of the words of two texts that they have in common, each as often as it stands there (Jaccard). */
export function sharedWords(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of one) left.set(word, (left.get(word) ?? 0) + 1)
  let common = 0
  for (const word of other) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    common += 1
    left.set(word, count - 1)
  }
  const all = one.length + other.length - common
  return all === 0 ? 1 : common / all
}
