import { different, unclear } from '../evaluate/context.ts'
import type { Outcome } from '../evaluate/scalar.ts'
import { parseUnit } from '../values/units.ts'
import { unitOf, type Quantity } from './quantity.ts'

/** Words that turn a value into another one. */
const OPPOSITES: readonly (readonly string[])[] = [
  [
    'increas(?:e|es|ed|ing)|rise|rises|more|older|faster|taller|longer|higher|larger|bigger|heavier|above|later|late|ahead|gain|gains|gained|profits?|wins?|won|growth|deeper|surplus|over',
    'decreas(?:e|es|ed|ing)|reduction|reduced|drop|drops|less|fewer|younger|slower|shorter|lower|smaller|lighter|below|earlier|early|behind|loss|losses|lost|decline|shallower|deficit|under',
  ],
  ['left', 'right'],
  ['up|upwards?|uphill|upstream', 'down|downwards?|downhill|downstream'],
  ['forwards?', 'backwards?|back'],
  ['inwards?|inside', 'outwards?|outside'],
  ['north(?:wards?|ern)?', 'south(?:wards?|ern)?', 'east(?:wards?|ern)?', 'west(?:wards?|ern)?'],
  ['clockwise', 'counter[- ]?clockwise|anti[- ]?clockwise'],
  ['before', 'after'],
  ['bc|bce', 'ad|ce'],
  ['even', 'odd'],
  ['positive', 'negative'],
]
const DIRECTIONS = OPPOSITES.map((sides) =>
  sides.map((side) => new RegExp(`(?<![a-z-]|counter |anti )(?:${side})(?![a-z])`, 'u')),
)

/** Words that say nothing about a value. */
const EMPTY: ReadonlySet<string> = new Set(
  'the a an of total in all altogether about approximately exactly only just there are is its their his her each'.split(
    ' ',
  ),
)
const SYNONYMS: Readonly<Record<string, string>> = {
  persons: 'people',
  person: 'people',
  kids: 'child',
  kid: 'child',
  children: 'child',
  men: 'man',
  women: 'woman',
  feet: 'foot',
  teeth: 'tooth',
  mice: 'mouse',
}

/**
 * Decides where the words of both sides contradict each other, or where they are different words, which may mean
 * anything; `undefined` where one side has none, or all of them are on the other side too.
 */
export function compareWords(gold: Quantity, answer: Quantity): Outcome | undefined {
  const a = wordsOf(gold)
  const b = wordsOf(answer)
  if (a === '' && b === '') return undefined
  for (const sides of DIRECTIONS) {
    const said = sidesNamed(a, sides)
    const meant = sidesNamed(b, sides)
    if (said !== '' && meant !== '' && said !== meant) return different('unit', 'opposite')
  }
  // A count of pairs may be the count of things asked for or half of it.
  if (/^pairs?\b/u.test(a) !== /^pairs?\b/u.test(b)) return unclear('unit', 'pairs')
  const own = restOf(gold)
  const other = restOf(answer)
  const measured = [gold, answer].map((side) => unitOf(side) !== undefined)
  if (own.length === 0 || other.length === 0) {
    // A unit against words that are no unit: `5 hours` and `5 apples`.
    const foreign = own.length === 0 ? other : own
    const opposed = own.length === 0 ? measured[0] : measured[1]
    const plain = own.length === 0 ? measured[1] : measured[0]
    return foreign.length > 0 && opposed === true && plain === false
      ? unclear('unit', 'unknown_unit')
      : undefined
  }
  const [few, many] = own.length < other.length ? [own, other] : [other, own]
  if (!few.every((word) => many.includes(word))) return unclear('unit', 'different_words')
  const extra = many.filter((word) => !few.includes(word))
  if (extra.includes('per') || many.some((word) => /[/^]/u.test(word))) {
    return few.join(' ') === many.join(' ') ? undefined : unclear('unit', 'different_words')
  }
  return undefined
}

/** Which sides a text names, in its order: `north of east` is not `east of north`. */
function sidesNamed(text: string, sides: readonly RegExp[]): string {
  const found = sides.map((side, index) => ({ index, at: text.search(side) })).filter(({ at }) => at >= 0)
  return found
    .toSorted((one, other) => one.at - other.at)
    .map(({ index }) => index)
    .join(' ')
}

function wordsOf(quantity: Quantity): string {
  return quantity.marks
    .map((mark) => (mark.type === 'words' ? mark.words : mark.type === 'unit' ? mark.unit.name : ''))
    .filter(Boolean)
    .join(' ')
    .toLowerCase()
    .replace(/(?<=north|south)[- ]?(?=east|west)/gu, ' ')
}

/** The words behind a value that are not its unit, in one number and without those that say nothing. */
function restOf(quantity: Quantity): string[] {
  return quantity.marks
    .flatMap((mark) => {
      if (mark.type === 'words')
        return mark.words.replace(/(?<=north|south)(?=east|west)/giu, ' ').split(/[\s-]+/u)
      return mark.type === 'unit'
        ? restOfUnit(mark.unit.name.replace(/(?<=north|south)(?=east|west)/giu, ' ').split(/[\s-]+/u))
        : []
    })
    .map((word) => word.toLowerCase().replace(/[.,'’]+$/u, ''))
    .filter((word) => word !== '' && !EMPTY.has(word))
    .map((word) => SYNONYMS[word] ?? singular(word))
}

/** What is left of `km north` behind its unit. */
function restOfUnit(words: readonly string[]): readonly string[] {
  for (let count = words.length; count > 0; count -= 1) {
    if (parseUnit(words.slice(0, count).join(' ')) !== undefined) return words.slice(count)
  }
  return []
}

function singular(word: string): string {
  if (word.length < 4 || /(?:ss|us|is)$/u.test(word)) return word
  return word
    .replace(/ies$/u, 'y')
    .replace(/(?<=ch|sh|x|z|s)es$/u, '')
    .replace(/s$/u, '')
}
