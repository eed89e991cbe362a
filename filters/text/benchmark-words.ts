import { type PlainWords, plainWords } from './plain-words.ts'

/** The words of a text that runs are made of. */
export function split(text: string, words: 'plain' | 'spaces'): PlainWords {
  if (words === 'plain') return plainWords(text, { signs: false })
  const found = [...text.toLowerCase().matchAll(/\S+/g)]
  return {
    words: found.map(([word]) => word),
    starts: found.map(({ index }) => index),
    ends: found.map(({ index, 0: word }) => index + word.length),
  }
}

/** Whether a word is a number. */
export function isDigits(word: string): boolean {
  const first = word.charCodeAt(0)
  return first < 128 ? first >= 0x30 && first <= 0x39 : /^\p{N}/u.test(word)
}

function isLetters(word: string): boolean {
  const first = word.charCodeAt(0)
  return first < 128
    ? (first >= 0x61 && first <= 0x7a) || (first >= 0x41 && first <= 0x5a)
    : /^\p{L}/u.test(word)
}

/** The words that are no numbers, with their places. */
export function lettersOf({ words, starts, ends }: PlainWords): PlainWords {
  const letters: PlainWords = { words: [], starts: [], ends: [] }
  for (let at = 0; at < words.length; at++) {
    if (isDigits(words[at]!)) continue
    letters.words.push(words[at]!)
    letters.starts.push(starts[at]!)
    letters.ends.push(ends[at]!)
  }
  return letters
}

/**
 * The letters of a text; of one that has hardly any, all its letters, digits and signs, so that numbers are not all equal.
 *
 * @param words the plain ones of the text, where they are known
 */
export function strip(text: string, words = plainWords(text, { signs: false }).words): string {
  const letters = words.filter(isLetters).join('')
  return letters.length < 12 ? plainWords(text, { signs: true }).words.join(' ') : letters
}
