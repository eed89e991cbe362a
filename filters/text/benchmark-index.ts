import { isDigits, lettersOf, split, strip } from './benchmark-words.ts'
import type { PlainWords } from './plain-words.ts'

/** An item of a benchmark. */
export type BenchmarkItem = { benchmark: string; id: string; text: string }

/** How a text is held against the items. */
export type BenchmarkRules = {
  /** Words of a shared run, `null` where no runs are looked for. */
  ngram: number | null
  /** `plain` as `plainWords` has them, `spaces` for runs between white space in lower case, as s1 and Open-R1 have them. */
  words: 'plain' | 'spaces'
  /** Whether runs are also looked for with the words of digits left out, so that changed numbers do not hide an item. */
  without_digits: boolean
  /** Whether an item of fewer words than a run is looked for as a whole; otherwise it never matches. */
  short_items: boolean
  /** Whether a text that is an item with other digits and punctuation matches. */
  stripped: boolean
}

/** An item that a text holds. */
export type BenchmarkHit = {
  item: BenchmarkItem
  rule: 'ngram' | 'ngram_without_digits' | 'short' | 'stripped' | 'indel'
  /** Share of the runs of the item that the text holds; the similarity for `indel`. */
  value: number
  /** Where in the text the matching words begin and end. */
  start: number
  end: number
}

/** Words of an item that are looked for as a whole, at least. */
const fewestWords = 3
/** The same where numbers are left out: a shorter run of words is a phrase of many problems. */
const fewestWithoutDigits = 8

/** A sequence of known words, one for each item and way of looking. */
type Sequence = { item: number; rule: BenchmarkHit['rule']; ids: Int32Array; runs: number }

/**
 * Indexes items by their runs of words. Exact: hashes only say where to look, and a match compares the words. Memory grows
 * with the words of the items, a few hundred bytes each.
 */
export function openBenchmarkIndex(items: readonly BenchmarkItem[], rules: BenchmarkRules) {
  const vocabulary = new Map<string, number>()
  const sequences: Sequence[] = []
  /** The sequences and places at which a run begins, by its first words. */
  const starts = new Map<number, number[]>()
  const strippedTexts = new Map<string, number>()
  const ngram = rules.ngram ?? 0
  const needle = Math.min(fewestWords, ngram)
  /** The rules under which an item is shorter than a run, so that its first words are looked for. */
  const withShort = new Set<BenchmarkHit['rule']>()

  for (const [item, { text }] of items.entries()) {
    const words = rules.ngram === null ? [] : split(text, rules.words).words
    add(item, 'ngram', words, fewestWords)
    if (rules.without_digits) {
      const letters = words.filter((word) => !isDigits(word))
      if (letters.length < words.length) add(item, 'ngram_without_digits', letters, fewestWithoutDigits)
    }
    const stripped = rules.stripped ? strip(text) : ''
    // A text without any word is equal to every other one.
    if (stripped !== '' && !strippedTexts.has(stripped)) strippedTexts.set(stripped, item)
  }

  function add(
    item: number,
    rule: 'ngram' | 'ngram_without_digits',
    words: readonly string[],
    least: number,
  ): void {
    const isShort = words.length < ngram
    if (words.length === 0 || (isShort && (!rules.short_items || words.length < least))) return
    const ids = Int32Array.from(words, (word) => {
      const known = vocabulary.get(word) ?? vocabulary.size
      vocabulary.set(word, known)
      return known
    })
    const length = Math.min(ngram, words.length)
    const runs = words.length - length + 1
    const number = sequences.push({ item, rule: isShort && rule === 'ngram' ? 'short' : rule, ids, runs }) - 1
    // A short item is looked for by its first words, as its length is not that of a run.
    const keyLength = isShort ? needle : length
    if (isShort) withShort.add(rule)
    for (let at = 0; at < runs; at++) {
      const key = keyOf(ids, at, keyLength, rule)
      const known = starts.get(key)
      if (known === undefined) starts.set(key, [number, at])
      else known.push(number, at)
    }
  }

  function look(
    words: PlainWords,
    rule: 'ngram' | 'ngram_without_digits',
    found: Map<Sequence, Found>,
  ): void {
    const ids = new Int32Array(words.words.length)
    for (let at = 0; at < ids.length; at++) ids[at] = vocabulary.get(words.words[at]!) ?? -1
    const isShortThere = withShort.has(rule) || ngram === needle
    let knownUntil = 0
    for (let at = 0; at + needle <= ids.length; at++) {
      knownUntil = Math.max(knownUntil, at)
      while (knownUntil < ids.length && knownUntil < at + ngram && ids[knownUntil] !== -1) knownUntil++
      const known = knownUntil - at
      if (isShortThere && known >= needle) take(starts.get(keyOf(ids, at, needle, rule)), at)
      if (known >= ngram && ngram > needle) take(starts.get(keyOf(ids, at, ngram, rule)), at)
    }

    function take(places: readonly number[] | undefined, at: number): void {
      if (places === undefined) return
      for (let each = 0; each < places.length; each += 2) {
        const sequence = sequences[places[each]!]!
        const isOther = (sequence.rule === 'ngram_without_digits') !== (rule === 'ngram_without_digits')
        const length = Math.min(ngram, sequence.ids.length)
        if (isOther || !isSame(sequence.ids, places[each + 1]!, ids, at, length)) continue
        const hit = found.get(sequence) ?? { runs: new Set(), start: words.starts[at]!, end: 0 }
        hit.runs.add(places[each + 1]!)
        hit.end = Math.max(hit.end, words.ends[at + length - 1]!)
        found.set(sequence, hit)
      }
    }
  }

  /** The items that a text holds, the greatest share first; each item once. */
  return (text: string): BenchmarkHit[] => {
    const found = new Map<Sequence, Found>()
    const words = rules.ngram === null ? undefined : split(text, rules.words)
    if (words !== undefined) {
      look(words, 'ngram', found)
      if (rules.without_digits) look(lettersOf(words), 'ngram_without_digits', found)
    }
    const hits = [...found].map(([{ item, rule, runs }, hit]): BenchmarkHit => ({
      item: items[item]!,
      rule,
      value: Math.round((hit.runs.size / runs) * 1e6) / 1e6,
      start: hit.start,
      end: hit.end,
    }))
    const plain = rules.words === 'plain' ? words?.words : undefined
    const same = rules.stripped ? strippedTexts.get(strip(text, plain)) : undefined
    if (same !== undefined)
      hits.push({ item: items[same]!, rule: 'stripped', value: 1, start: 0, end: text.length })
    hits.sort((a, b) => b.value - a.value)
    const seen = new Set<BenchmarkItem>()
    return hits.filter(({ item }) => !seen.has(item) && seen.add(item))
  }
}

type Found = { runs: Set<number>; start: number; end: number }

/** A number of 30 bits, which tables find fastest, for the words from a place on: few other words have the same. */
function keyOf(ids: Int32Array, at: number, length: number, rule: string): number {
  let high = rule === 'ngram' ? 17 : 31
  let low = length
  for (let each = at; each < at + length; each++) {
    high = Math.imul(high ^ ids[each]!, 0x9e3779b1)
    low = Math.imul(low ^ ids[each]! ^ (high >>> 15), 0x85ebca6b)
  }
  return (high ^ low) & 0x3f_ff_ff_ff
}

function isSame(one: Int32Array, at: number, other: Int32Array, otherAt: number, length: number): boolean {
  if (otherAt + length > other.length || at + length > one.length) return false
  for (let each = 0; each < length; each++) if (one[at + each] !== other[otherAt + each]) return false
  return true
}
