import { different, unclear, type Context } from '../evaluate/context.ts'
import { evaluateExact } from '../evaluate/exact.ts'
import { some, type Node } from '../values/expression.ts'
import { hasMark, unitOf, unwrapQuantity, type Measure, type Quantity } from './quantity.ts'
import { compareWords } from './words.ts'
import type { Outcome } from '../evaluate/scalar.ts'
import { ONE, rational, type Rational } from '../values/rational.ts'

/** Values of which at least one carries a unit, a currency, a percent or degree sign or words. */
export function compareMarked(gold: Node, answer: Node, context: Context): Outcome {
  const a = unwrapQuantity(gold)
  const b = unwrapQuantity(answer)
  const { options } = context
  // `3 nm` is no hour.
  if (a.core.kind === 'time' || b.core.kind === 'time') return different('type', 'different_type')
  const residues = compareResidues(a, b, context)
  if (residues !== undefined) return residues
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
  const aPercent = hasMark(a, 'percent')
  const bPercent = hasMark(b, 'percent')
  if (aPercent !== bPercent && (aPercent ? b : a).marks.some((mark) => mark.type !== 'words')) {
    return unclear('percent', 'percent_or_unit')
  }
  if (aPercent !== bPercent) return comparePercent(a.core, b.core, aPercent, context)
  const aDegree = hasMark(a, 'degree')
  const bDegree = hasMark(b, 'degree')
  if (aDegree !== bDegree && (hasPi(a.core) || hasPi(b.core) || isRadians(a) || isRadians(b))) {
    return aDegree
      ? context.compare(inRadians(a.core), b.core, context)
      : context.compare(a.core, inRadians(b.core), context)
  }
  return context.compare(a.core, b.core, context)
}

function hasUnit(quantity: Quantity): boolean {
  return quantity.marks.some((mark) => mark.type !== 'percent')
}

/** Decides where units differ or have to be converted, `undefined` where the numbers can be compared as they stand. */
function compareUnits(gold: Quantity, answer: Quantity, context: Context): Outcome | undefined {
  const a = asPounds(gold, answer) ?? unitOf(gold)
  const b = asPounds(answer, gold) ?? unitOf(answer)
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

/** `3.50 pounds` against pounds sterling are no weight. */
function asPounds(quantity: Quantity, other: Quantity): Measure | undefined {
  const named = quantity.marks.some((mark) => mark.type === 'unit' && /^pounds?$/u.test(mark.unit.name))
  return named && unitOf(other)?.currency === 'GBP'
    ? { dimension: 'money1', factor: ONE, currency: 'GBP' }
    : undefined
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

/** Whole numbers of the same modulus are the same residue when they differ by a multiple of it. */
function compareResidues(gold: Quantity, answer: Quantity, context: Context): Outcome | undefined {
  const [modulus, other] = [gold, answer].map(({ marks }) =>
    marks
      .map((mark) => (mark.type === 'words' ? /^mod (\d{1,40})$/u.exec(mark.words)?.[1] : undefined))
      .find(Boolean),
  )
  if (modulus === undefined || modulus !== other || BigInt(modulus) === 0n) return undefined
  const [a, b] = [evaluateExact(gold.core, context.budget), evaluateExact(answer.core, context.budget)]
  if (a?.den !== 1n || b?.den !== 1n) return undefined
  return (a.num - b.num) % BigInt(modulus) === 0n
    ? { equal: true, path: 'modulus', reason: '' }
    : different('modulus', 'different_value')
}

function isRadians(quantity: Quantity): boolean {
  return quantity.marks.some((mark) => mark.type === 'unit' && /^rad/iu.test(mark.unit.name))
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
