import { emptySlots, spread } from './hash-table.ts'

const hashFactor = 0x9e3779b1

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

/** How many different n-grams a list of words has; exact. One pass, for a short n. */
export function differentNGrams(words: Uint32Array, n: number): number {
  const length = Math.max(0, words.length - n + 1)
  const slots = emptySlots(length)
  const mask = slots.length - 1
  let different = 0
  for (let at = 0; at < length; at++) {
    let hash = 0
    for (let place = at; place < at + n; place++) hash = Math.imul(hash ^ words[place]!, hashFactor)
    let slot = spread(hash) & mask
    for (;;) {
      const held = slots[slot]!
      if (held === 0) {
        slots[slot] = at + 1
        different += 1
        break
      }
      let same = 0
      while (same < n && words[held - 1 + same] === words[at + same]) same++
      if (same === n) break
      slot = (slot + 1) & mask
    }
  }
  return different
}

/**
 * How often the n-gram occurs that occurs most, also where it overlaps itself; 0 in a text of fewer words. Exact, in one
 * pass: what the rolling hash finds again is compared word by word.
 */
export function greatestCount(words: Uint32Array, n: number): number {
  const length = words.length - n + 1
  if (length < 1) return 0
  const slots = emptySlots(length)
  const mask = slots.length - 1
  const counts = new Map<number, number>()
  let leading = 1
  for (let power = 1; power < n; power++) leading = Math.imul(leading, hashFactor)
  let hash = 0
  for (let place = 0; place < n - 1; place++) hash = (Math.imul(hash, hashFactor) + words[place]! + 1) | 0
  let greatest = 1
  for (let at = 0; at < length; at++) {
    hash = (Math.imul(hash, hashFactor) + words[at + n - 1]! + 1) | 0
    let slot = spread(hash) & mask
    for (;;) {
      const held = slots[slot]!
      if (held === 0) {
        slots[slot] = at + 1
        break
      }
      let same = 0
      while (same < n && words[held - 1 + same] === words[at + same]) same++
      if (same === n) {
        const count = (counts.get(held) ?? 1) + 1
        counts.set(held, count)
        greatest = Math.max(greatest, count)
        break
      }
      slot = (slot + 1) & mask
    }
    hash = (hash - Math.imul(leading, words[at]! + 1)) | 0
  }
  return greatest
}

/**
 * Whether an n-gram may occur more often than this: `false` is certain. N-grams are counted by a rolling hash (Karp and
 * Rabin), and what shares a counter is counted together, so no n-gram occurs more often than its counter says.
 */
export function mayOccur(words: Uint32Array, n: number, times: number): boolean {
  if (words.length < n + times) return false
  const counts = emptySlots(words.length)
  const mask = counts.length - 1
  let first = 1
  for (let power = 0; power < n; power++) first = Math.imul(first, hashFactor)
  let hash = 0
  for (let at = 0; at < words.length; at++) {
    hash = (Math.imul(hash, hashFactor) + words[at]! + 1) | 0
    if (at >= n) hash = (hash - Math.imul(first, words[at - n]! + 1)) | 0
    if (at >= n - 1 && ++counts[spread(hash) & mask]! > times) return true
  }
  return false
}
