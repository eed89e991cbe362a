import { hashOfWord, spreadHash } from './min-hash.ts'
import { plainWords } from './plain-words.ts'

/**
 * The words of a problem that are compared with those of others: without an enumeration in front ("12.", "Problem 5:"),
 * without the lines that tell how to answer, and with the signs of mathematics as words. Names in capitals (`PR`, `ABC`)
 * stay as they are written.
 */
export function comparableWords(prompt: string): string[] {
  const bare = prompt
    .replace(
      /^\s*(?:(?:problem|question|exercise|task|example)\s*(?:\d+\s*)?[.:)]|\(?\d{1,3}\s?[.)])\s+/i,
      '',
    )
    .replace(instructions, ' ')
  const text = bare.trim() === '' ? prompt : bare
  const { words, starts, ends } = plainWords(text, { signs: true })
  // A text that is in capitals from end to end has no names that stand out by them.
  if (!/\p{Ll}{3}/u.test(text)) return words
  for (let index = 0; index < words.length; index++) {
    const start = starts[index]!
    // Four letters of two units each at the most; a word that begins as most do is no name.
    if (ends[index]! - start < 2 || ends[index]! - start > 8 || isLowerOrDigit(text.charCodeAt(start)))
      continue
    const written = text.slice(start, ends[index])
    if (/^\p{Lu}{2,4}$/u.test(written)) words[index] = written
  }
  return words
}

function isLowerOrDigit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)
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

/** For each first letter a bit for each length that a number word with it has, so that few words are looked up. */
const numberWordLengths = new Uint16Array(128)
for (const word of numberWords) numberWordLengths[word.charCodeAt(0)]! |= 1 << word.length

/**
 * What makes another problem of the same words: all numbers, also in words, negations, and letters that stand alone, in
 * their order. Two texts with different ones are two problems, however alike they look.
 */
export function numbersInOrder(words: readonly string[]): string[] {
  return words.filter(isTelling)
}

/** Words of one kind are told by their first letter, as far as a text is of ASCII. */
function isTelling(word: string): boolean {
  const first = word.charCodeAt(0)
  if (first >= 0x61 && first <= 0x7a) {
    if (word.length === 1) return word !== 'a'
    // The longest of the number words has eight letters.
    return word.length <= 8 && (numberWordLengths[first]! & (1 << word.length)) !== 0 && numberWords.has(word)
  }
  if (first >= 0x30 && first <= 0x39) return true
  return numberWords.has(word) || tells.test(word)
}

/** The same whatever their order, as far as a text can say the same in another one. */
export function numbersOf(words: readonly string[]): string {
  return numbersInOrder(words).toSorted().join(' ')
}

/**
 * A number for the same words, whatever their order: equal texts have equal ones, and hardly any other two. Much faster
 * than sorting them.
 */
export function numbersSalt(words: readonly string[]): number {
  let sum = 0
  for (const word of words) if (isTelling(word)) sum = (sum + spreadHash(hashOfWord(word))) | 0
  return sum
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
