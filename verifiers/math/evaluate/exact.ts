import { MAX_RATIONAL_BITS, spend, type Budget } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import {
  add,
  bits,
  compare,
  divide,
  gcd,
  multiply,
  negate,
  ONE,
  power,
  rational,
  root,
  ZERO,
  type Rational,
} from '../values/rational.ts'

/** Largest argument of a factorial, and most terms of a sum, that are worked out exactly. */
const MAX_FACTORIAL = 400n
const MAX_SERIES = 300n

/** The exact value of an expression that is a rational number, `undefined` for any other or for one too large to hold. */
export function evaluateExact(
  node: Node,
  budget: Budget,
  bound?: ReadonlyMap<string, Rational>,
): Rational | undefined {
  spend(budget, 2)
  const value = evaluate(node, budget, bound)
  if (value === undefined) return undefined
  const size = bits(value)
  if (size > 64) spend(budget, size >> 2)
  return size > MAX_RATIONAL_BITS ? undefined : value
}

function evaluate(
  node: Node,
  budget: Budget,
  bound: ReadonlyMap<string, Rational> | undefined,
): Rational | undefined {
  const of = (part: Node): Rational | undefined => evaluateExact(part, budget, bound)
  switch (node.kind) {
    case 'number':
      return node.value
    case 'symbol':
      return bound?.get(node.name)
    case 'negative': {
      const value = of(node.of)
      return value === undefined ? undefined : negate(value)
    }
    case 'marked': {
      const value = of(node.of)
      if (value === undefined || node.mark.type !== 'percent') return value
      return divide(value, rational(100n))
    }
    case 'sum':
      return fold(node.terms, ZERO, of, add)
    case 'product':
      return fold(node.factors, ONE, of, multiply)
    case 'quotient': {
      const over = of(node.over)
      const under = over === undefined ? undefined : of(node.under)
      return over === undefined || under === undefined ? undefined : divide(over, under)
    }
    case 'power':
      return exactPower(of(node.base), of(node.exponent))
    case 'call':
      return call(node.name, node.args.map(of))
    case 'series':
      return series(node, budget, bound)
    default:
      return undefined
  }
}

function fold(
  parts: readonly Node[],
  start: Rational,
  of: (part: Node) => Rational | undefined,
  combine: (a: Rational, b: Rational) => Rational,
): Rational | undefined {
  let total = start
  for (const part of parts) {
    const value = of(part)
    if (value === undefined) return undefined
    total = combine(total, value)
    if (bits(total) > MAX_RATIONAL_BITS) return undefined
  }
  return total
}

function exactPower(base: Rational | undefined, exponent: Rational | undefined): Rational | undefined {
  if (base === undefined || exponent === undefined) return undefined
  if (exponent.den === 1n) return power(base, exponent.num)
  // An even root of a negative number is complex; the odd one is taken on the real line.
  const rooted = root(base, exponent.den)
  return rooted === undefined ? undefined : power(rooted, exponent.num)
}

function call(name: string, args: (Rational | undefined)[]): Rational | undefined {
  const [first, second] = args
  if (first === undefined) return undefined
  const whole = first.den === 1n
  switch (name) {
    case 'abs':
      return first.num < 0n ? negate(first) : first
    case 'floor':
      return rational(floorOf(first))
    case 'ceil':
      return rational(-floorOf(negate(first)))
    case 'sgn':
      return rational(first.num === 0n ? 0n : first.num < 0n ? -1n : 1n)
    case 'cbrt':
      return root(first, 3n)
    case 'factorial':
      return whole && first.num >= 0n && first.num <= MAX_FACTORIAL
        ? rational(factorial(first.num, 1n))
        : undefined
    case 'doublefactorial':
      return whole && first.num >= 0n && first.num <= MAX_FACTORIAL
        ? rational(factorial(first.num, 2n))
        : undefined
    case 'binomial':
      return second !== undefined && whole && second.den === 1n ? binomial(first.num, second.num) : undefined
    case 'min':
    case 'max':
      return extreme(args, name === 'min' ? -1 : 1)
    case 'gcd':
    case 'lcm':
      return commonDivisor(args, name)
    case 'log':
      return second === undefined ? (first.num === first.den ? ZERO : undefined) : logarithm(first, second)
    case 'ln':
      return first.num === first.den ? ZERO : undefined
    default:
      return undefined
  }
}

function floorOf(value: Rational): bigint {
  const quotient = value.num / value.den
  return value.num < 0n && quotient * value.den !== value.num ? quotient - 1n : quotient
}

function factorial(value: bigint, step: bigint): bigint {
  let product = 1n
  for (let factor = value; factor > 1n; factor -= step) product *= factor
  return product
}

function binomial(n: bigint, k: bigint): Rational | undefined {
  if (k < 0n || n < 0n) return undefined
  if (k > n) return ZERO
  const few = k > n - k ? n - k : k
  if (few > 1000n || n > 10_000n) return undefined
  let value = 1n
  for (let at = 1n; at <= few; at += 1n) value = (value * (n - few + at)) / at
  return rational(value)
}

function extreme(args: (Rational | undefined)[], sign: number): Rational | undefined {
  let best: Rational | undefined
  for (const value of args) {
    if (value === undefined) return undefined
    if (best === undefined || compare(value, best) * sign > 0) best = value
  }
  return best
}

function commonDivisor(args: (Rational | undefined)[], name: string): Rational | undefined {
  let total: bigint | undefined
  for (const value of args) {
    if (value === undefined || value.den !== 1n || value.num <= 0n) return undefined
    total =
      total === undefined
        ? value.num
        : name === 'gcd'
          ? gcd(total, value.num)
          : (total * value.num) / gcd(total, value.num)
  }
  return total === undefined ? undefined : rational(total)
}

/** The logarithm where it is an integer, such as `\log_2 8`. */
function logarithm(value: Rational, base: Rational): Rational | undefined {
  if (compare(value, ZERO) <= 0 || compare(base, ONE) <= 0) return undefined
  const inverted = compare(value, ONE) < 0
  let rest = inverted ? divide(ONE, value) : value
  for (let count = 0n; count <= 256n && rest !== undefined; count += 1n) {
    if (rest.num === rest.den) return rational(inverted ? -count : count)
    if (compare(rest, ONE) < 0) return undefined
    rest = divide(rest, base)
  }
  return undefined
}

function series(
  node: Extract<Node, { kind: 'series' }>,
  budget: Budget,
  bound: ReadonlyMap<string, Rational> | undefined,
): Rational | undefined {
  const from = evaluateExact(node.from, budget, bound)
  const to = evaluateExact(node.to, budget, bound)
  if (from?.den !== 1n || to?.den !== 1n || to.num - from.num > MAX_SERIES) return undefined
  let total = node.name === 'sum' ? ZERO : ONE
  for (let at = from.num; at <= to.num; at += 1n) {
    spend(budget, 30)
    const value = evaluateExact(node.body, budget, new Map([...(bound ?? []), [node.variable, rational(at)]]))
    if (value === undefined) return undefined
    total = node.name === 'sum' ? add(total, value) : multiply(total, value)
    if (bits(total) > MAX_RATIONAL_BITS) return undefined
  }
  return total
}
