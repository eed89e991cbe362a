import { spend, type Budget } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import { isDegrees, TRIGONOMETRIC } from './complex.ts'
import { evaluateExact } from './exact.ts'
import * as f from './fixed-point.ts'

/** A complex number with some sixty digits behind the point. */
export type Precise = { re: bigint; im: bigint }

/** Steps for one function of a fixed-point value. */
const FUNCTION_COST = 250
const ZERO = 0n

/**
 * The value of an expression without symbols to some sixty digits, `undefined` where a part of it is not known to this
 * evaluation. It tells apart what a double cannot: `\sqrt 2` from `\sqrt 2 + 10^{-15}`, and zero from almost zero.
 */
export function evaluatePrecise(node: Node, budget: Budget): Precise | undefined {
  spend(budget, 10)
  const value = evaluate(node, budget)
  return value === undefined || !f.isHeld(value.re) || !f.isHeld(value.im) ? undefined : value
}

/** Whether two precise values are the same as far as their digits reach. */
export function isSame(a: Precise, b: Precise): boolean {
  const size = [a.re, a.im, b.re, b.im].reduce((most, part) => (abs(part) > most ? abs(part) : most), f.UNIT)
  const most = size >> 160n
  return abs(a.re - b.re) <= most && abs(a.im - b.im) <= most
}

function evaluate(node: Node, budget: Budget): Precise | undefined {
  const of = (part: Node): Precise | undefined => evaluatePrecise(part, budget)
  switch (node.kind) {
    case 'number':
      return real((node.value.num << f.BITS) / node.value.den)
    case 'constant':
      return node.name === 'pi'
        ? real(f.pi())
        : node.name === 'e'
          ? power(real(f.UNIT), budget)
          : node.name === 'i'
            ? { re: ZERO, im: f.UNIT }
            : undefined
    case 'negative':
      return map(of(node.of), (value) => ({ re: -value.re, im: -value.im }))
    case 'marked': {
      const value = of(node.of)
      return node.mark.type === 'percent'
        ? map(value, (all) => ({ re: all.re / 100n, im: all.im / 100n }))
        : value
    }
    case 'sum':
      return node.terms.reduce<Precise | undefined>(
        (total, term) => both(total, of(term), (a, b) => ({ re: a.re + b.re, im: a.im + b.im })),
        real(ZERO),
      )
    case 'product':
      return node.factors.reduce<Precise | undefined>(
        (total, factor) => both(total, of(factor), times),
        real(f.UNIT),
      )
    case 'quotient':
      return both(of(node.over), of(node.under), over)
    case 'power':
      return raise(node.base, node.exponent, budget)
    case 'call':
      return call(node, budget)
    default:
      return undefined
  }
}

function raise(base: Node, exponent: Node, budget: Budget): Precise | undefined {
  const value = evaluatePrecise(base, budget)
  if (value === undefined) return undefined
  const exact = evaluateExact(exponent, budget)
  if (exact?.den === 1n && exact.num > -200n && exact.num < 200n) {
    let result: Precise | undefined = real(f.UNIT)
    const size = exact.num < 0n ? -exact.num : exact.num
    for (let at = 0n; at < size; at += 1n) result = both(result, value, times)
    return exact.num < 0n ? both(real(f.UNIT), result, over) : result
  }
  if (exact?.den === 2n && exact.num === 1n && value.im === ZERO) {
    spend(budget, FUNCTION_COST)
    return value.re >= ZERO ? real(f.squareRoot(value.re)) : { re: ZERO, im: f.squareRoot(-value.re) }
  }
  if (value.re === ZERO && value.im === ZERO) return exact !== undefined && exact.num > 0n ? value : undefined
  // Odd roots of negative numbers are taken on the real line, as in school mathematics.
  if (exact !== undefined && exact.den % 2n === 1n && value.im === ZERO && value.re < ZERO) {
    const root = power(
      map(logarithm(real(-value.re), budget), (log) => real((log.re * exact.num) / exact.den)),
      budget,
    )
    return exact.num % 2n === 0n ? root : map(root, (all) => real(-all.re))
  }
  return power(both(logarithm(value, budget), evaluatePrecise(exponent, budget), times), budget)
}

function call(node: Extract<Node, { kind: 'call' }>, budget: Budget): Precise | undefined {
  const exact = evaluateExact(node, budget)
  if (exact !== undefined) return real((exact.num << f.BITS) / exact.den)
  const [first, second] = node.args.map((part) => evaluatePrecise(part, budget))
  if (first === undefined || (node.args.length > 1 && second === undefined)) return undefined
  spend(budget, FUNCTION_COST)
  if (node.name === 'exp') return power(first, budget)
  if (node.name === 'ln' || (node.name === 'log' && second === undefined)) return logarithm(first, budget)
  if (node.name === 'log')
    return both(
      logarithm(first, budget),
      map(second, (base) => logarithm(base, budget)),
      over,
    )
  if (first.im !== ZERO) return undefined
  const [argument] = node.args
  const degrees = TRIGONOMETRIC.has(node.name) && argument !== undefined && isDegrees(argument)
  const x = degrees ? f.multiply(first.re, f.pi()) / 180n : first.re
  switch (node.name) {
    case 'sin':
      return real(f.sineAndCosine(x)[0])
    case 'cos':
      return real(f.sineAndCosine(x)[1])
    case 'tan':
      return quotient(...f.sineAndCosine(x))
    case 'cot':
      return quotient(...swapped(f.sineAndCosine(x)))
    case 'sec':
      return quotient(f.UNIT, f.sineAndCosine(x)[1])
    case 'csc':
      return quotient(f.UNIT, f.sineAndCosine(x)[0])
    case 'arctan':
      return real(f.inverseTangent(x))
    case 'arcsin':
      return arcsine(x)
    case 'arccos':
      return map(arcsine(x), (value) => real(f.pi() / 2n - value.re))
    case 'abs':
      return real(abs(x))
    default:
      return undefined
  }
}

function arcsine(x: bigint): Precise | undefined {
  if (abs(x) > f.UNIT) return undefined
  const cosine = f.squareRoot(f.UNIT - f.multiply(x, x))
  if (cosine === ZERO) return real(x > ZERO ? f.pi() / 2n : -f.pi() / 2n)
  const tangent = f.divide(x, cosine)
  return tangent === undefined || !f.isHeld(tangent) || abs(tangent) > f.UNIT << 100n
    ? undefined
    : real(f.inverseTangent(tangent))
}

/** e to a complex power. */
function power(exponent: Precise | undefined, budget: Budget): Precise | undefined {
  if (exponent === undefined) return undefined
  spend(budget, FUNCTION_COST)
  const size = f.exponential(exponent.re)
  if (size === undefined) return undefined
  if (exponent.im === ZERO) return real(size)
  const [sine, cosine] = f.sineAndCosine(exponent.im)
  return { re: f.multiply(size, cosine), im: f.multiply(size, sine) }
}

/** The principal logarithm. */
function logarithm(value: Precise, budget: Budget): Precise | undefined {
  spend(budget, FUNCTION_COST)
  const square = f.multiply(value.re, value.re) + f.multiply(value.im, value.im)
  const size = value.im === ZERO ? f.logarithm(abs(value.re)) : f.logarithm(square)
  if (size === undefined) return undefined
  if (value.im === ZERO) return { re: size, im: value.re < ZERO ? f.pi() : ZERO }
  const tangent = value.re === ZERO ? undefined : f.divide(value.im, value.re)
  const half = value.im > ZERO ? f.pi() : -f.pi()
  const angle =
    tangent === undefined ? half / 2n : f.inverseTangent(tangent) + (value.re < ZERO ? half : ZERO)
  return { re: size / 2n, im: angle }
}

function real(re: bigint): Precise {
  return { re, im: ZERO }
}

function times(a: Precise, b: Precise): Precise {
  if (a.im === ZERO && b.im === ZERO) return real(f.multiply(a.re, b.re))
  return {
    re: f.multiply(a.re, b.re) - f.multiply(a.im, b.im),
    im: f.multiply(a.re, b.im) + f.multiply(a.im, b.re),
  }
}

function over(a: Precise, b: Precise): Precise | undefined {
  const size = f.multiply(b.re, b.re) + f.multiply(b.im, b.im)
  const turned = times(a, { re: b.re, im: -b.im })
  const [re, im] = [f.divide(turned.re, size), f.divide(turned.im, size)]
  return re === undefined || im === undefined ? undefined : { re, im }
}

function quotient(above: bigint, below: bigint): Precise | undefined {
  return over(real(above), real(below))
}

function swapped([a, b]: readonly [bigint, bigint]): readonly [bigint, bigint] {
  return [b, a]
}

function map(
  value: Precise | undefined,
  change: (value: Precise) => Precise | undefined,
): Precise | undefined {
  return value === undefined ? undefined : change(value)
}

function both(
  a: Precise | undefined,
  b: Precise | undefined,
  combine: (a: Precise, b: Precise) => Precise | undefined,
): Precise | undefined {
  return a === undefined || b === undefined ? undefined : combine(a, b)
}

function abs(value: bigint): bigint {
  return value < ZERO ? -value : value
}
