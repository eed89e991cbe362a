import { different, unclear, type Context } from '../evaluate/context.ts'
import { evaluateExact } from '../evaluate/exact.ts'
import { some, type Mark, type Node } from '../values/expression.ts'
import type { Outcome } from '../evaluate/scalar.ts'
import { ONE, rational, type Rational } from '../values/rational.ts'

/** A value with everything that was written around it. */
type Quantity = { core: Node; marks: Mark[] }

/** Values of which at least one carries a unit, a currency, a percent or degree sign or words. */
export function compareMarked(gold: Node, answer: Node, context: Context): Outcome {
  const a = unwrap(gold)
  const b = unwrap(answer)
  const { options } = context
  const words = compareWords(a, b)
  if (words !== undefined) {
    const outcome = words.equal === false ? words : context.compare(a.core, b.core, context)
    return outcome.equal === false ? outcome : words
  }
  if (options.units === 'required' && hasUnit(a) && !hasUnit(b)) return different('unit', 'missing_unit')
  if (options.units !== 'ignore') {
    const units = compareUnits(a, b, context)
    if (units !== undefined) return units
  }
  const aPercent = a.marks.some((mark) => mark.type === 'percent')
  const bPercent = b.marks.some((mark) => mark.type === 'percent')
  if (aPercent !== bPercent && (aPercent ? b : a).marks.some((mark) => mark.type !== 'words')) {
    return unclear('percent', 'percent_or_unit')
  }
  if (aPercent !== bPercent) return comparePercent(a.core, b.core, aPercent, context)
  const aDegree = a.marks.some((mark) => mark.type === 'degree')
  const bDegree = b.marks.some((mark) => mark.type === 'degree')
  if (aDegree !== bDegree && (hasPi(a.core) || hasPi(b.core))) {
    return aDegree
      ? context.compare(inRadians(a.core), b.core, context)
      : context.compare(a.core, inRadians(b.core), context)
  }
  return context.compare(a.core, b.core, context)
}

/** Words that turn a value into another one. Everything else that is said about a value is ignored. */
const OPPOSITES: readonly (readonly string[])[] = [
  [
    'increas(?:e|es|ed|ing)|rise|rises|more',
    'decreas(?:e|es|ed|ing)|reduction|reduced|drop|drops|less|fewer',
  ],
  ['left', 'right'],
  ['up|upwards?', 'down|downwards?'],
  ['north(?:wards?)?', 'south(?:wards?)?', 'east(?:wards?)?', 'west(?:wards?)?'],
  ['clockwise', 'counter[- ]?clockwise|anti[- ]?clockwise'],
  ['gain|gains|gained|profit|profits', 'loss|losses|lost'],
  ['above', 'below'],
]
const DIRECTIONS = OPPOSITES.map((sides) =>
  sides.map((side) => new RegExp(`(?<![a-z-]|counter |anti )(?:${side})(?![a-z])`, 'u')),
)

/** Decides where the words of both sides contradict each other, or where they name units that the table lacks. */
function compareWords(gold: Quantity, answer: Quantity): Outcome | undefined {
  const a = wordsOf(gold)
  const b = wordsOf(answer)
  for (const sides of DIRECTIONS) {
    const said = sidesNamed(a, sides)
    const meant = sidesNamed(b, sides)
    if (said !== '' && meant !== '' && said !== meant) return different('unit', 'opposite')
  }
  // A count of pairs may be the count of things asked for or half of it.
  if (/^pairs?\b/u.test(a) !== /^pairs?\b/u.test(b)) return unclear('unit', 'pairs')
  if (a !== '' && b !== '' && a !== b && (isUnknownUnit(gold) || isUnknownUnit(answer))) {
    const named = [gold, answer].every((side) => isUnknownUnit(side) || measureOf(side) !== undefined)
    if (named) return unclear('unit', 'unknown_unit')
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

/** An abbreviation, a power or a quotient of words: most likely a unit, unlike `crayons`. */
function isUnknownUnit(quantity: Quantity): boolean {
  return quantity.marks.some(
    (mark) =>
      mark.type === 'words' && /^[a-z]+[/^]|^[bcdfghj-np-tv-xz]{2,5}$/u.test(mark.words.replaceAll(' ', '')),
  )
}

function unwrap(node: Node): Quantity {
  const marks: Mark[] = []
  let core = node
  for (;;) {
    if (core.kind === 'marked') {
      marks.push(core.mark)
      core = core.of
    } else if (core.kind === 'negative' && core.of.kind === 'marked') {
      marks.push(core.of.mark)
      core = { kind: 'negative', of: core.of.of }
    } else return { core, marks }
  }
}

function hasUnit(quantity: Quantity): boolean {
  return quantity.marks.some((mark) => mark.type !== 'percent')
}

/** Decides where units differ or have to be converted, `undefined` where the numbers can be compared as they stand. */
function compareUnits(gold: Quantity, answer: Quantity, context: Context): Outcome | undefined {
  const a = measureOf(gold)
  const b = measureOf(answer)
  if (a === undefined || b === undefined) return undefined
  if (a.currency !== undefined && b.currency !== undefined && a.currency !== b.currency)
    return different('unit', 'different_currency')
  // `units` and `square units` stand for whatever unit the problem has.
  if (/unit/u.test(a.dimension) || /unit/u.test(b.dimension)) return undefined
  if (a.dimension !== b.dimension) return unclear('unit', 'different_unit')
  if (a.factor.num === b.factor.num && a.factor.den === b.factor.den) return undefined
  return {
    ...context.compare(scaled(gold.core, a.factor), scaled(answer.core, b.factor), context),
    path: 'unit',
  }
}

function scaled(core: Node, factor: Rational): Node {
  return {
    kind: 'product',
    factors: [{ kind: 'number', value: factor, written: '', decimals: undefined }, core],
  }
}

function asFraction(core: Node): Node {
  return { kind: 'quotient', over: core, under: hundred }
}

type Measure = { dimension: string; factor: Rational; currency: string | undefined }

function measureOf(quantity: Quantity): Measure | undefined {
  for (const mark of quantity.marks) {
    if (mark.type === 'unit')
      return { dimension: mark.unit.dimension, factor: mark.unit.factor, currency: undefined }
    if (mark.type === 'currency') return { dimension: 'money1', factor: ONE, currency: mark.code }
  }
  return undefined
}

function comparePercent(gold: Node, answer: Node, goldIsPercent: boolean, context: Context): Outcome {
  const { percent } = context.options
  const fraction = goldIsPercent
    ? context.compare(asFraction(gold), answer, context)
    : context.compare(gold, asFraction(answer), context)
  if (percent === 'fraction' || (percent === 'either' && fraction.equal === true))
    return { ...fraction, path: 'percent' }
  const number = context.compare(gold, answer, context)
  if (percent === 'number') return { ...number, path: 'percent' }
  // 0.5 and 0.5%: a sign left out, or a hundred times too small.
  if (number.equal === true && isBelowOne(goldIsPercent ? answer : gold, context))
    return unclear('percent', 'percent_or_fraction')
  return { ...number, path: 'percent' }
}

const hundred: Node = { kind: 'number', value: rational(100n), written: '100', decimals: undefined }

function isBelowOne(node: Node, context: Context): boolean {
  const value = evaluateExact(node, context.budget)
  return value !== undefined && value.num !== 0n && (value.num < 0n ? -value.num : value.num) < value.den
}

function hasPi(node: Node): boolean {
  return some(node, (part) => part.kind === 'constant' && part.name === 'pi')
}

function inRadians(core: Node): Node {
  return {
    kind: 'quotient',
    over: { kind: 'product', factors: [core, { kind: 'constant', name: 'pi' }] },
    under: straight,
  }
}

const straight: Node = { kind: 'number', value: rational(180n), written: '180', decimals: undefined }
