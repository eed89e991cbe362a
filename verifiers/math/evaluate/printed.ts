import { add, multiply, negate, rational, type Rational } from '../values/rational.ts'
import { some, type Node } from '../values/expression.ts'

/** A decimal with this many significant digits is a value printed in double precision. */
const DOUBLE_DIGITS = 15
/** Digits that a double is printed with, at most. */
const MOST_DIGITS = 18
/** Digits of a decimal that is meant as it stands, at most, once the noise of a double is taken off. */
const MEANT_DIGITS = 12
/** Units in the last place of a double that a short calculation may be off. */
const NOISE = 4

/** A decimal that carries all the digits of a double stands for the value it was printed from. */
export function isPrintedDouble(node: Node): boolean {
  const number = node.kind === 'negative' ? node.of : node
  return (
    number.kind === 'number' && number.decimals !== undefined && digitsOf(number.written) >= DOUBLE_DIGITS
  )
}

/** Whether a long decimal is a value cut off or rounded at its last digit, or off by no more than a double's noise. */
export function prints(decimal: Node, value: Rational, endless = !isTerminating(value.den)): boolean {
  const number = decimal.kind === 'negative' ? decimal.of : decimal
  if (!isPrintedDouble(decimal) || number.kind !== 'number') return false
  const written = decimal.kind === 'negative' ? negate(number.value) : number.value
  const apart = absolute(add(written, negate(value)))
  const exponent = Number(/[eE]([+-]?\d+)$/u.exec(number.written)?.[1] ?? 0)
  const places = (number.decimals ?? 0) - exponent
  const step = places >= 0 ? rational(1n, 10n ** BigInt(places)) : rational(10n ** BigInt(-places))
  if (endless) {
    if (!isGreater(multiply(apart, rational(2n)), step)) return true
    const cut = isGreater(absolute(value), absolute(written)) && !isGreater(apart, step)
    if (cut) return true
  }
  const digits = digitsOf(number.written)
  return digits > DOUBLE_DIGITS && digits <= MOST_DIGITS && !isGreater(apart, noiseOf(absolute(value)))
}

/** An expression whose decimals are as they were before a double's noise came into them: 0.30000000000000004 is 0.3. */
export function withoutNoise(node: Node): Node {
  if (!some(node, isNoisy)) return node
  return clean(node)
}

function clean(node: Node): Node {
  switch (node.kind) {
    case 'number':
      return cleanNumber(node) ?? node
    case 'negative':
    case 'marked':
      return { ...node, of: clean(node.of) }
    case 'sum':
      return { ...node, terms: node.terms.map(clean) }
    case 'product':
      return { ...node, factors: node.factors.map(clean) }
    case 'quotient':
      return { ...node, over: clean(node.over), under: clean(node.under) }
    case 'power':
      return { ...node, base: clean(node.base), exponent: clean(node.exponent) }
    case 'call':
    case 'apply':
      return { ...node, args: node.args.map(clean) }
    default:
      return node
  }
}

function isNoisy(node: Node): boolean {
  return node.kind === 'number' && cleanNumber(node) !== undefined
}

function cleanNumber(node: Extract<Node, { kind: 'number' }>): Node | undefined {
  const written = digitsOf(node.written)
  if (node.decimals === undefined || written <= DOUBLE_DIGITS || written > MOST_DIGITS) return undefined
  const value = Number(node.value.num) / Number(node.value.den)
  if (!Number.isFinite(value) || value === 0 || Math.abs(value) > 1e12 || Math.abs(value) < 1e-12)
    return undefined
  const short = Number(value.toPrecision(DOUBLE_DIGITS))
  const digits = String(short)
  if (digits.includes('e') || digitsOf(digits) > MEANT_DIGITS) return undefined
  const point = digits.indexOf('.')
  const decimals = point < 0 ? undefined : digits.length - point - 1
  const meant = rational(BigInt(digits.replace('.', '')), 10n ** BigInt(decimals ?? 0))
  const apart = absolute(add(node.value, negate(meant)))
  if (apart.num === 0n || isGreater(apart, noiseOf(absolute(meant)))) return undefined
  return { kind: 'number', value: meant, written: digits, decimals }
}

/** A few units in the last place of the double next to a value. */
function noiseOf(value: Rational): Rational {
  const size = Number(value.num) / Number(value.den)
  if (!(size > 1e-250) || !(size < 1e250)) return rational(0n)
  const exponent = Math.floor(Math.log2(size)) - 52
  const unit = exponent >= 0 ? rational(2n ** BigInt(exponent)) : rational(1n, 2n ** BigInt(-exponent))
  return multiply(unit, rational(BigInt(NOISE)))
}

/** Significant digits of a number as it is written. */
function digitsOf(written: string): number {
  return written
    .replace(/[eE].*$/u, '')
    .replace(/\D/gu, '')
    .replace(/^0+/u, '').length
}

function isTerminating(denominator: bigint): boolean {
  let rest = denominator
  for (const prime of [2n, 5n]) while (rest % prime === 0n) rest /= prime
  return rest === 1n
}

function absolute(value: Rational): Rational {
  return value.num < 0n ? negate(value) : value
}

function isGreater(a: Rational, b: Rational): boolean {
  return a.num * b.den > b.num * a.den
}
