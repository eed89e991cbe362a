/** Bits behind the point; results are good to about 20 fewer. */
export const BITS = 224n
export const UNIT = 1n << BITS
/** Larger values are not held, because a fixed point would lose nothing but time on them. */
const MAX_VALUE = 1n << (BITS + 220n)

export function multiply(a: bigint, b: bigint): bigint {
  return (a * b) >> BITS
}

export function divide(a: bigint, b: bigint): bigint | undefined {
  return b === 0n ? undefined : (a << BITS) / b
}

function fromNumber(value: number): bigint {
  return (BigInt(Math.round(value * 2 ** 60)) << BITS) >> 60n
}

export function isHeld(value: bigint): boolean {
  return value < MAX_VALUE && value > -MAX_VALUE
}

/** The square root of a value that is not negative, by Newton's method on integers. */
export function squareRoot(value: bigint): bigint {
  if (value <= 0n) return 0n
  const target = value << BITS
  let guess = 1n << BigInt((target.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (guess + target / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}

/** e to a real power; `undefined` where the result would be too large. */
export function exponential(x: bigint): bigint | undefined {
  if (x > 150n * UNIT) return undefined
  if (x < -150n * UNIT) return 0n
  const shift = 16n
  const small = x >> shift
  let term = UNIT
  let sum = UNIT
  for (let at = 1n; term !== 0n && term !== -1n && at < 60n; at += 1n) {
    term = multiply(term, small) / at
    sum += term
  }
  for (let at = 0n; at < shift; at += 1n) sum = multiply(sum, sum)
  return sum
}

/** The natural logarithm of a positive value, from a double by Halley's method. */
export function logarithm(x: bigint): bigint | undefined {
  if (x <= 0n) return undefined
  const length = x.toString(2).length
  const top = length > 60 ? Number(x >> BigInt(length - 60)) * 2 ** 0 : Number(x)
  const exponent = (length > 60 ? length - 60 : 0) - Number(BITS)
  let y = fromNumber(Math.log(top) + exponent * Math.LN2)
  for (let round = 0; round < 2; round += 1) {
    const power = exponential(y)
    if (power === undefined || power === 0n) return undefined
    const step = divide(2n * (x - power), x + power)
    if (step === undefined) return undefined
    y += step
  }
  return y
}

let circle: bigint | undefined

/** The ratio of circumference to diameter by Machin's formula. */
export function pi(): bigint {
  circle ??= 4n * (4n * inverseTangentOf(5n) - inverseTangentOf(239n))
  return circle
}

/** The arc tangent of one over an integer. */
function inverseTangentOf(n: bigint): bigint {
  let power = UNIT / n
  let sum = power
  for (let at = 3n, sign = -1n; power !== 0n; at += 2n, sign = -sign) {
    power /= n * n
    sum += (sign * power) / at
  }
  return sum
}

/** Sine and cosine of a real angle. */
export function sineAndCosine(x: bigint): readonly [sine: bigint, cosine: bigint] {
  const turn = 2n * pi()
  let angle = x % turn
  if (angle < 0n) angle += turn
  const shift = 6n
  const small = angle >> shift
  const square = multiply(small, small)
  let [sine, cosine] = [small, UNIT]
  let [odd, even] = [small, UNIT]
  for (let at = 1n; at < 40n && (odd !== 0n || even !== 0n); at += 1n) {
    even = -multiply(even, square) / ((2n * at - 1n) * (2n * at))
    odd = -multiply(odd, square) / (2n * at * (2n * at + 1n))
    cosine += even
    sine += odd
  }
  for (let at = 0n; at < shift; at += 1n)
    [sine, cosine] = [2n * multiply(sine, cosine), multiply(cosine, cosine) - multiply(sine, sine)]
  return [sine, cosine]
}

/** The arc tangent of a real value, from a double by Newton's method on sine and cosine. */
export function inverseTangent(x: bigint): bigint {
  let y = fromNumber(Math.atan(toNumber(x)))
  for (let round = 0; round < 3; round += 1) {
    const [sine, cosine] = sineAndCosine(y)
    const step = divide(multiply(x, cosine) - sine, cosine + multiply(x, sine))
    if (step === undefined) return y
    y += step
  }
  return y
}

function toNumber(value: bigint): number {
  return Number(value >> (BITS - 200n)) / 2 ** 200
}
