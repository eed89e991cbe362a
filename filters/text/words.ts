import { spread } from './hash-table.ts'
import { unitsOf } from './units.ts'

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
  const { length } = text
  const units = unitsOf(text)
  // A word has a separator behind it, or is a single character; so there are no more words than characters.
  if (length > scratch.length) scratch = new Uint32Array(length * 2)
  const ids = scratch
  let { starts, ends, hashes, slots } = table
  slots.fill(0)
  let count = 0
  let different = 0
  for (let at = 0; at < length;) {
    const start = at
    let hash = 0
    let kind = separator
    for (; at < length; at++) {
      const unit = units[at]!
      kind = kinds[unit]!
      if (kind === unknown) kind = kindAt(text, at, unit)
      if (kind !== inWord) break
      hash = Math.imul(hash ^ unit, hashFactor)
    }
    if (at === start) {
      at += kind === aloneInPair ? 2 : 1
      if (kind === separator) continue
      hash = Math.imul(kind === alone ? units[start]! : units[start]! ^ units[start + 1]!, hashFactor)
    }
    let slot = spread(hash) & (slots.length - 1)
    let id = -1
    for (let held = slots[slot]!; held !== 0; held = slots[slot]!) {
      const other = held - 1
      if (hashes[other] === hash && isSame(units, start, at, starts[other]!, ends[other]!)) {
        id = other
        break
      }
      slot = (slot + 1) & (slots.length - 1)
    }
    if (id === -1) {
      id = different++
      starts[id] = start
      ends[id] = at
      hashes[id] = hash
      slots[slot] = different
      if (different === starts.length) ({ starts, ends, hashes, slots } = table = largerTable(table))
    }
    ids[count++] = id
  }
  const firsts = starts.slice(0, different)
  const lasts = ends.slice(0, different)
  if (different > 2 ** 16) table = emptyTable(2 ** 12)
  return { ids: ids.slice(0, count), word: (id) => text.slice(firsts[id], lasts[id]) }
}

let scratch = new Uint32Array(2 ** 15)

/** The different words of a text by their places in it; a hash table with open addressing, at most half full. */
type Table = { starts: Uint32Array; ends: Uint32Array; hashes: Int32Array; slots: Uint32Array }

function emptyTable(most: number): Table {
  const [starts, ends, hashes] = [new Uint32Array(most), new Uint32Array(most), new Int32Array(most)]
  return { starts, ends, hashes, slots: new Uint32Array(most * 2) }
}

/** Used again for every text, because only one is in use at a time. */
let table = emptyTable(2 ** 12)

function largerTable({ starts, ends, hashes }: Table): Table {
  const larger = emptyTable(starts.length * 2)
  larger.starts.set(starts)
  larger.ends.set(ends)
  larger.hashes.set(hashes)
  for (let id = 0; id < hashes.length; id++) {
    let slot = spread(hashes[id]!) & (larger.slots.length - 1)
    while (larger.slots[slot] !== 0) slot = (slot + 1) & (larger.slots.length - 1)
    larger.slots[slot] = id + 1
  }
  return larger
}

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
