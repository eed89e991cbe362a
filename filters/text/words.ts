/** The words of a text in order as whole numbers, counted from 0 in the order in which they first occur. */
export type Words = {
  ids: Uint32Array
  /** The word with a number. */
  word: (id: number) => string
}

/**
 * Splits a text into runs between white space, and each character of a script that writes without spaces (Han, Kana, Thai
 * and their neighbours) on its own.
 */
export function splitWords(text: string): Words {
  // A word has a separator behind it, or is a single character; so there are no more words than characters.
  const ids = new Uint32Array(text.length)
  const starts = new Uint32Array(text.length)
  const ends = new Uint32Array(text.length)
  const units = unitsOf(text)
  const slots = emptySlots(text.length)
  const mask = slots.length - 1
  let count = 0
  let different = 0

  const add = (start: number, end: number, hash: number): void => {
    let slot = spread(hash) & mask
    for (;;) {
      const held = slots[slot]!
      if (held === 0) break
      if (isSame(units, start, end, starts[held - 1]!, ends[held - 1]!)) {
        ids[count++] = held - 1
        return
      }
      slot = (slot + 1) & mask
    }
    starts[different] = start
    ends[different] = end
    ids[count++] = different
    slots[slot] = ++different
  }

  let start = -1
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    const unit = units[at]!
    const known = kinds[unit]!
    const kind = known === unknown ? kindAt(text, at, unit) : known
    if (kind === inWord) {
      if (start === -1) {
        start = at
        hash = 0
      }
      hash = Math.imul(hash ^ unit, hashFactor)
      continue
    }
    if (start !== -1) add(start, at, hash)
    start = -1
    if (kind === alone) add(at, at + 1, Math.imul(unit, hashFactor))
    if (kind === aloneInPair) {
      at += 1
      add(at - 1, at + 1, Math.imul(unit ^ units[at]!, hashFactor))
    }
  }
  if (start !== -1) add(start, text.length, hash)
  return { ids: ids.subarray(0, count), word: (id) => text.slice(starts[id], ends[id]) }
}

/** The UTF-16 units of a text, until this is called again: an array is read several times faster than a text. */
function unitsOf(text: string): Uint16Array {
  if (text.length > sharedUnits.length) sharedUnits = new Uint16Array(text.length * 2)
  const units = sharedUnits
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at)
  return units
}

let sharedUnits = new Uint16Array(2 ** 15)

function isSame(
  units: Uint16Array,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let at = 0; at < end - start; at++) if (units[start + at] !== units[otherStart + at]) return false
  return true
}

const hashFactor = 0x9e3779b1
const [unknown, inWord, separator, alone, aloneInPair] = [0, 1, 2, 3, 4]
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** What each UTF-16 unit is to words, filled in as units are met. */
const kinds = new Uint8Array(65_536)

/** Of a unit that is not in the table yet, or the first of two. */
function kindAt(text: string, at: number, unit: number): number {
  const isFirstHalf = unit >= 0xd800 && unit < 0xdc00
  if (isFirstHalf) {
    const point = text.codePointAt(at)!
    return point > 0xffff && unspaced.test(String.fromCodePoint(point)) ? aloneInPair : inWord
  }
  const character = String.fromCharCode(unit)
  return (kinds[unit] = /\s/u.test(character) ? separator : unspaced.test(character) ? alone : inWord)
}

/**
 * The n-grams of a list of words, for any n: for each position the number of the n-gram that starts there, equal n-grams
 * having equal numbers, counted from 0 in the order in which they first occur. Exact, not hashed. Built by doubling, so
 * the work grows with the length of the text times log n, and shared between lengths.
 */
export function openNGrams(words: Uint32Array): (n: number) => Uint32Array {
  const doubled = new Map<number, Uint32Array>([[1, words]])
  const ofLength = (n: number): Uint32Array => {
    const known = doubled.get(n)
    if (known !== undefined) return known
    // Two halves that overlap, unless n is a power of two, name the n-gram as well as two that do not.
    const size = 2 ** Math.floor(Math.log2(n - 1))
    const ids = pairIds(ofLength(size), n - size)
    if (n === size * 2) doubled.set(n, ids)
    return ids
  }
  return ofLength
}

/** Numbers the pairs of each value with the one that stands `offset` places behind it. */
function pairIds(values: Uint32Array, offset: number): Uint32Array {
  const ids = new Uint32Array(Math.max(0, values.length - offset))
  const firsts = new Uint32Array(ids.length)
  const slots = emptySlots(ids.length)
  const mask = slots.length - 1
  let different = 0
  for (let at = 0; at < ids.length; at++) {
    const left = values[at]!
    const right = values[at + offset]!
    let slot = spread(Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) & mask
    for (;;) {
      const held = slots[slot]!
      if (held === 0) {
        firsts[different] = at
        ids[at] = different
        slots[slot] = ++different
        break
      }
      const first = firsts[held - 1]!
      if (values[first] === left && values[first + offset] === right) {
        ids[at] = held - 1
        break
      }
      slot = (slot + 1) & mask
    }
  }
  return ids
}

/** How many different numbers there are in a list that counts them in the order in which they first occur. */
export function differentIn(ids: Uint32Array): number {
  let greatest = -1
  for (let at = 0; at < ids.length; at++) if (ids[at]! > greatest) greatest = ids[at]!
  return greatest + 1
}

/** Whether one of the numbers, which are all below the length of the list, occurs more often than this. */
export function anyOccurs(ids: Uint32Array, times: number): boolean {
  const counts = new Uint32Array(ids.length)
  for (const id of ids) if (++counts[id]! > times) return true
  return false
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

/** A hash table with open addressing, at most half full; 0 is empty, else the number of an entry plus one. */
function emptySlots(entries: number): Uint32Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, entries * 2)))
  if (size > shared.length) return new Uint32Array(size)
  return shared.subarray(0, size).fill(0)
}

/** Taken again for every table that fits, because only one is in use at a time. */
const shared = new Uint32Array(2 ** 17)

function spread(hash: number): number {
  return hash ^ (hash >>> 15)
}
