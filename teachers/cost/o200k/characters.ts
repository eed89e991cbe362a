/*
 * What the pattern that splits a text into words asks of a character, one bit each. A character of no class is some other
 * sign; `known` tells it from one that nobody has looked at.
 */
export const upper = 1
export const lower = 2
/** Letters without case, and marks: they stand in both halves of a word. */
export const caseless = 4
export const mark = 8
export const digit = 16
export const space = 32
export const lineEnd = 64
const known = 128

const letter = upper | lower | caseless

/** Any letter. */
export { letter }

/** The classes of characters by code point, once `classify` has looked at them; 0 before. */
export const classes = new Uint8Array(0x110000)

const pageSize = 256

/**
 * Looks at the 256 characters around a code point: most texts have characters of a few such pages, and all of Unicode
 * would take half a second.
 *
 * @returns the classes of the code point
 */
export function classify(codePoint: number): number {
  const start = codePoint - (codePoint % pageSize)
  for (let each = start; each < start + pageSize; each++) classes[each] = known | classesOf(each)
  return classes[codePoint]!
}

function classesOf(codePoint: number): number {
  const text = String.fromCodePoint(codePoint)
  if (/[\p{Lu}\p{Lt}]/u.test(text)) return upper
  if (/\p{Ll}/u.test(text)) return lower
  if (/[\p{Lm}\p{Lo}]/u.test(text)) return caseless
  if (/\p{M}/u.test(text)) return caseless | mark
  if (/\p{N}/u.test(text)) return digit
  // Not `\s`, which in JavaScript has U+FEFF and lacks U+0085.
  if (/\p{White_Space}/u.test(text)) return text === '\n' || text === '\r' ? space | lineEnd : space
  return 0
}
