import { MAX_RATIONAL_BITS } from './budget.ts'

/** An exact fraction in lowest terms with a positive denominator. */
export type Rational = { readonly num: bigint; readonly den: bigint }

export const ZERO: Rational = { num: 0n, den: 1n }
export const ONE: Rational = { num: 1n, den: 1n }

export function rational(num: bigint, den: bigint = 1n): Rational {
  if (den === 1n) return { num, den }
  const sign = den < 0n ? -1n : 1n
  const divisor = gcd(num < 0n ? -num : num, den < 0n ? -den : den)
  return { num: (sign * num) / divisor, den: (sign * den) / divisor }
}

export function add(a: Rational, b: Rational): Rational {
  if (a.den === b.den) return rational(a.num + b.num, a.den)
  return rational(a.num * b.den + b.num * a.den, a.den * b.den)
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den)
}

export function divide(a: Rational, b: Rational): Rational | undefined {
  return b.num === 0n ? undefined : rational(a.num * b.den, a.den * b.num)
}

export function negate(a: Rational): Rational {
  return { num: -a.num, den: a.den }
}

export function equal(a: Rational, b: Rational): boolean {
  return a.num === b.num && a.den === b.den
}

export function compare(a: Rational, b: Rational): number {
  const difference = a.num * b.den - b.num * a.den
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** `a` to an integer power, `undefined` when it does not exist or is too large. */
export function power(a: Rational, exponent: bigint): Rational | undefined {
  if (exponent === 0n) return ONE
  if (a.num === 0n) return exponent > 0n ? ZERO : undefined
  if (a.den === 1n && (a.num === 1n || a.num === -1n)) return a.num === 1n || exponent % 2n === 0n ? ONE : a
  const size = exponent < 0n ? -exponent : exponent
  if (size > BigInt(MAX_RATIONAL_BITS) || bits(a) * Number(size) > MAX_RATIONAL_BITS * 2) return undefined
  const raised = { num: a.num ** size, den: a.den ** size }
  return exponent > 0n ? raised : divide(ONE, raised)
}

/** The exact real root, `undefined` where it is irrational or not real. */
export function root(a: Rational, degree: bigint): Rational | undefined {
  if (degree <= 0n || degree > 64n) return undefined
  if (a.num < 0n && degree % 2n === 0n) return undefined
  const num = integerRoot(a.num < 0n ? -a.num : a.num, degree)
  const den = integerRoot(a.den, degree)
  if (num === undefined || den === undefined) return undefined
  return { num: a.num < 0n ? -num : num, den }
}

export function bits(a: Rational): number {
  return Math.max(bitLength(a.num), bitLength(a.den))
}

export function toNumber(a: Rational): number {
  const num = bitLength(a.num)
  const den = bitLength(a.den)
  if (num < 1000 && den < 1000) return Number(a.num) / Number(a.den)
  const numShift = Math.max(0, num - 1000)
  const denShift = Math.max(0, den - 1000)
  return (Number(a.num >> BigInt(numShift)) / Number(a.den >> BigInt(denShift))) * 2 ** (numShift - denShift)
}

/** Reads a plain decimal with an optional power of ten, `undefined` when it would be too large. */
export function fromDecimal(digits: string, exponent: number): Rational | undefined {
  const point = digits.indexOf('.')
  const whole = point < 0 ? digits : digits.slice(0, point) + digits.slice(point + 1)
  const scale = exponent - (point < 0 ? 0 : digits.length - point - 1)
  if (whole.length > 1200 || Math.abs(scale) > 1200) return undefined
  const num = BigInt(whole === '' ? '0' : whole)
  return scale >= 0 ? rational(num * 10n ** BigInt(scale)) : rational(num, 10n ** BigInt(-scale))
}

export function gcd(a: bigint, b: bigint): bigint {
  let x = a
  let y = b
  while (y !== 0n) [x, y] = [y, x % y]
  return x === 0n ? 1n : x
}

function bitLength(value: bigint): number {
  const size = value < 0n ? -value : value
  return size < 1n << 52n ? Math.ceil(Math.log2(Number(size) + 1)) : size.toString(16).length * 4
}

function integerRoot(value: bigint, degree: bigint): bigint | undefined {
  if (value < 2n || degree === 1n) return value
  let guess = 1n << BigInt(Math.ceil(bitLength(value) / Number(degree)) + 1)
  for (;;) {
    const next = ((degree - 1n) * guess + value / guess ** (degree - 1n)) / degree
    if (next >= guess) break
    guess = next
  }
  return guess ** degree === value ? guess : undefined
}
