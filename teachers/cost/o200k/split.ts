import {
  caseless,
  classes,
  classify,
  digit,
  letter,
  lineEnd,
  lower,
  mark,
  space,
  upper,
} from './characters.ts'

/*
 * Splits a text in UTF-8 as the pattern of o200k does (https://github.com/openai/tiktoken, tiktoken_ext/openai_public.py).
 * Its alternatives, in order:
 *
 * 1. a sign that is neither letter, digit nor line end, if there is one; letters that are not lower case; at least one
 *    that is not upper case; a contraction
 * 2. the same with at least one letter that is not lower case, then letters that are not upper case
 * 3. up to three digits
 * 4. a space, if there is one; signs that are neither letters, digits nor white space; line ends and slashes
 * 5. white space up to its last line end
 * 6. white space, without its last character where a word follows
 *
 * A regular expression would give each piece as a string of its own and look at most characters several times.
 */

/** Of the character that was read last, in bytes. */
let width = 1

function classAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  let codePoint = first
  if (first < 0x80) width = 1
  else if (first < 0xe0) {
    width = 2
    codePoint = ((first & 31) << 6) | (bytes[at + 1]! & 63)
  } else if (first < 0xf0) {
    width = 3
    codePoint = ((first & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | (bytes[at + 2]! & 63)
  } else {
    width = 4
    codePoint =
      ((first & 7) << 18) |
      ((bytes[at + 1]! & 63) << 12) |
      ((bytes[at + 2]! & 63) << 6) |
      (bytes[at + 3]! & 63)
  }
  return classes[codePoint]! || classify(codePoint)
}

/**
 * Where the piece that begins at `start` ends.
 *
 * @param bytes well-formed UTF-8 up to `end`, of which `start` is the first byte of a character
 */
export function pieceEnd(bytes: Uint8Array, start: number, end: number): number {
  const first = classAt(bytes, start)
  const second = start + width
  if ((first & (upper | lower)) !== 0 || (first & (caseless | mark)) === caseless)
    return wordEnd(bytes, start, end) || capitalsEnd(bytes, start, end)
  if ((first & digit) !== 0) return digitsEnd(bytes, second, end)
  if ((first & lineEnd) === 0) {
    // The first character is taken for the sign before a word if it can be; a mark may also be a letter of it.
    const found =
      wordEnd(bytes, second, end) ||
      ((first & mark) !== 0 ? wordEnd(bytes, start, end) : capitalsEnd(bytes, second, end))
    if (found !== 0) return found
  }
  return signsEnd(bytes, start, end) || spacesEnd(bytes, start, end)
}

/** Alternative 1 without its first sign; 0 where no letter can be its last. */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  /** Behind the last letter that may stand in the second half too. */
  let lastEnd = 0
  while (at < end) {
    const found = classAt(bytes, at)
    if ((found & (upper | caseless)) === 0) {
      if ((found & lower) === 0) break
      return contractionEnd(bytes, lowerEnd(bytes, at + width, end), end)
    }
    at += width
    if ((found & caseless) !== 0) lastEnd = at
  }
  return lastEnd === 0 ? 0 : contractionEnd(bytes, lastEnd, end)
}

/** Alternative 2 where alternative 1 has failed, so that there are only capitals; 0 where there are none. */
function capitalsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (classAt(bytes, at) & upper) !== 0) at += width
  return at === start ? 0 : contractionEnd(bytes, at, end)
}

function lowerEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (classAt(bytes, at) & (lower | caseless)) !== 0) at += width
  return at
}

/** Behind `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` in any case; `ſ` is another case of s. */
function contractionEnd(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x27 || start + 1 >= end) return start
  const first = bytes[start + 1]!
  // A bit makes capitals small; what is no letter does not become one of these.
  const one = String.fromCharCode(first | 0x20)
  if (one === 's' || one === 't' || one === 'm' || one === 'd') return start + 2
  if (start + 2 >= end) return start
  if (first === 0xc5 && bytes[start + 2] === 0xbf) return start + 3
  const two = one + String.fromCharCode(bytes[start + 2]! | 0x20)
  return two === 're' || two === 've' || two === 'll' ? start + 3 : start
}

function digitsEnd(bytes: Uint8Array, second: number, end: number): number {
  let at = second
  for (let count = 1; count < 3 && at < end && (classAt(bytes, at) & digit) !== 0; count++) at += width
  return at
}

function signsEnd(bytes: Uint8Array, start: number, end: number): number {
  const from = bytes[start] === 0x20 ? start + 1 : start
  let at = from
  // A mark is no letter here.
  for (; at < end; at += width) {
    const found = classAt(bytes, at)
    if ((found & (space | digit)) !== 0 || ((found & letter) !== 0 && (found & mark) === 0)) break
  }
  if (at === from) return 0
  while (at < end && (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x2f)) at += 1
  return at
}

function spacesEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let last = start
  let behindLine = 0
  while (at < end) {
    const found = classAt(bytes, at)
    if ((found & space) === 0) break
    last = at
    at += width
    if ((found & lineEnd) !== 0) behindLine = at
  }
  if (behindLine !== 0) return behindLine
  return at === end || last === start ? at : last
}
