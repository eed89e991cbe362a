import { spend, type Budget } from '../values/budget.ts'
import { magnitude, subtract, type Complex } from '../values/complex.ts'
import { evaluateComplex, type Sample } from './complex.ts'
import { evaluateExact } from './exact.ts'
import { evaluateModular, FIELDS, type ModularState } from './modular.ts'
import { some, type Node } from '../values/expression.ts'
import { equal, rational } from '../values/rational.ts'
import { BITS } from './fixed-point.ts'
import { evaluatePrecise, isSame } from './precise.ts'
import { isPrintedDouble, prints, withoutNoise } from './printed.ts'

/** What a comparison found; `undecided` when the means of the engine do not reach. */
export type Outcome = { equal: boolean | undefined; path: string; reason: string }

const SAMPLES = 8
const USABLE_SAMPLES = 2
const TOLERANCE = 1e-9
const MAX_SIZE = 1e12
/** Smaller values may be a zero that a double has missed. */
const CLOSE_TO_ZERO = 1e-9
/** Digits lost to cancellation beyond this factor make a sample worthless. */
const MAX_CANCELLATION = 1e5

/**
 * Whether two scalar expressions are the same function of their symbols. Cheapest test first: exact rationals, identity
 * modulo two primes, values at eight fixed points in double precision.
 */
export function compareScalars(goldNode: Node, answerNode: Node, budget: Budget): Outcome {
  const gold = withoutNoise(goldNode)
  const answer = withoutNoise(answerNode)
  const goldExact = evaluateExact(gold, budget)
  const answerExact = evaluateExact(answer, budget)
  const printed = isPrintedDouble(gold) || isPrintedDouble(answer)
  if (goldExact !== undefined && answerExact !== undefined) {
    if (equal(goldExact, answerExact)) return { equal: true, path: 'rational', reason: '' }
    if (prints(gold, answerExact) || prints(answer, goldExact))
      return { equal: true, path: 'double', reason: 'printed_double' }
    return { equal: false, path: 'rational', reason: 'different_value' }
  }
  if (!printed) {
    const modular = compareModular(gold, answer, budget)
    if (modular !== undefined) return modular
  }
  const sampled = compareSamples(gold, answer, budget, printed)
  return settle(gold, answer, sampled, budget)
}

/** Constants that a double takes for equal, or cannot tell from zero, are compared with sixty digits. */
function settle(gold: Node, answer: Node, sampled: Outcome, budget: Budget): Outcome {
  const near = sampled.equal !== false || sampled.reason === 'close_to_zero'
  if (!near || some(gold, isFree) || some(answer, isFree)) return sampled
  const a = evaluatePrecise(gold, budget)
  const b = a === undefined ? undefined : evaluatePrecise(answer, budget)
  if (a === undefined || b === undefined) return sampled
  if (isSame(a, b)) return { equal: true, path: 'digits', reason: '' }
  const real = a.im === 0n && b.im === 0n
  if (
    real &&
    (prints(gold, rational(b.re, 1n << BITS), true) || prints(answer, rational(a.re, 1n << BITS), true))
  )
    return { equal: true, path: 'double', reason: 'printed_double' }
  return { equal: false, path: 'digits', reason: 'different_value' }
}

function compareModular(gold: Node, answer: Node, budget: Budget): Outcome | undefined {
  let opaque = false
  let same = true
  for (const field of FIELDS) {
    const state: ModularState = { opaque: false }
    const a = evaluateModular(gold, field, budget, state)
    const b = a === undefined ? undefined : evaluateModular(answer, field, budget, state)
    if (a === undefined || b === undefined) return undefined
    opaque ||= state.opaque
    same &&= a === b
    if (!same) break
  }
  if (same) return { equal: true, path: 'modular', reason: '' }
  return opaque ? undefined : { equal: false, path: 'modular', reason: 'different_value' }
}

function compareSamples(gold: Node, answer: Node, budget: Budget, printed: boolean): Outcome {
  const long = hasLongDecimal(gold) || hasLongDecimal(answer)
  const tolerance = printed ? 4e-15 : long ? 1e-13 : TOLERANCE
  let usable = 0
  let positiveUsable = 0
  let complexOnly = 0
  let opaque = false
  const symbolic = some(gold, isFree) || some(answer, isFree)
  const needed = symbolic ? USABLE_SAMPLES : 1
  for (let index = 0; index < (symbolic ? SAMPLES : 1); index += 1) {
    // Half of the samples are on the positive side, where every branch of roots and logarithms agrees.
    const positive = index % 2 === 0
    const a: Sample = { index, positive, budget, scale: 0, opaque: false }
    const goldValue = evaluateComplex(gold, a)
    const b: Sample = { index, positive, budget, scale: 0, opaque: false }
    const answerValue = goldValue === undefined ? undefined : evaluateComplex(answer, b)
    if (goldValue === undefined || answerValue === undefined) continue
    opaque ||= a.opaque || b.opaque
    const size = Math.max(magnitude(goldValue), magnitude(answerValue))
    const apart = magnitude(subtract(goldValue, answerValue))
    const scale = Math.max(a.scale, b.scale)
    if (apart <= tolerance * size || apart === 0) {
      // Beyond this size, or after this much cancellation, a double cannot tell neighbours apart.
      if (scale > MAX_CANCELLATION * size || (!symbolic && size > MAX_SIZE)) continue
      usable += 1
      if (positive) positiveUsable += 1
    } else {
      if (apart <= 1e-13 * scale) continue
      if (positive || !(isComplex(goldValue, answerValue) || a.branch === true || b.branch === true))
        return {
          equal: false,
          path: 'sampling',
          reason:
            !symbolic && size < CLOSE_TO_ZERO * Math.max(1, scale) ? 'close_to_zero' : 'different_value',
        }
      complexOnly += 1
    }
  }
  if (usable < needed) return { equal: undefined, path: 'sampling', reason: 'too_few_points' }
  if (complexOnly > 0) {
    return positiveUsable >= USABLE_SAMPLES
      ? { equal: true, path: 'sampling', reason: 'positive_reals' }
      : { equal: undefined, path: 'sampling', reason: 'branches' }
  }
  return { equal: true, path: 'sampling', reason: opaque ? 'undefined_function' : '' }
}

function isFree(node: Node): boolean {
  return node.kind === 'symbol' || node.kind === 'apply'
}

function isComplex(a: Complex, b: Complex): boolean {
  return Math.abs(a.im) > TOLERANCE || Math.abs(b.im) > TOLERANCE
}

function hasLongDecimal(node: Node): boolean {
  return some(node, (part) => part.kind === 'number' && (part.decimals ?? 0) >= 5)
}

/** Whether an expression is zero, `undefined` when it cannot be told. */
export function isZero(node: Node, budget: Budget): boolean | undefined {
  spend(budget, 1)
  return compareScalars(
    { kind: 'number', value: { num: 0n, den: 1n }, written: '0', decimals: undefined },
    node,
    budget,
  ).equal
}
