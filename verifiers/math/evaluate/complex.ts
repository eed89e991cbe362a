import { spend, type Budget } from '../values/budget.ts'
import * as c from '../values/complex.ts'
import type { Complex } from '../values/complex.ts'
import { evaluateExact } from './exact.ts'
import { hashText } from './modular.ts'
import type { Node } from '../values/expression.ts'
import { toNumber } from '../values/rational.ts'

/** One sample: a value for every symbol, and the largest magnitude met on the way, which tells lost digits. */
export type Sample = {
  index: number
  positive: boolean
  budget: Budget
  scale: number
  /** A function that is not defined in the text took part. */
  opaque: boolean
  /** A root or logarithm of a negative number was taken, where branches may differ. */
  branch?: boolean
  bound?: ReadonlyMap<string, number>
}

const MAX_SERIES = 200

/** The value of a scalar expression at a sample, `undefined` where it has none. */
export function evaluateComplex(node: Node, sample: Sample): Complex | undefined {
  spend(sample.budget, 4)
  const value = evaluate(node, sample)
  if (value === undefined || !c.isFinite(value)) return undefined
  return value
}

/** A real number that is the same for the same name and sample in every run, away from zero and from one. */
export function samplePoint(name: string, index: number, positive: boolean): number {
  const share = hashText(`${name}@${index}`, 0x51ed270b) / 2 ** 32
  const size = 0.3 + 2.4 * share
  return positive || hashText(`${name}±${index}`, 0x51ed270b) % 2 === 0 ? size : -size
}

function evaluate(node: Node, sample: Sample): Complex | undefined {
  const of = (part: Node): Complex | undefined => evaluateComplex(part, sample)
  switch (node.kind) {
    case 'number':
      return c.complex(toNumber(node.value))
    case 'constant':
      return node.name === 'pi'
        ? c.complex(Math.PI)
        : node.name === 'e'
          ? c.complex(Math.E)
          : node.name === 'i'
            ? c.complex(0, 1)
            : undefined
    case 'symbol':
      return c.complex(sample.bound?.get(node.name) ?? samplePoint(node.name, sample.index, sample.positive))
    case 'negative': {
      const value = of(node.of)
      return value === undefined ? undefined : c.complex(-value.re, value.im === 0 ? 0 : -value.im)
    }
    case 'marked': {
      const value = of(node.of)
      if (value === undefined) return undefined
      return node.mark.type === 'percent' ? c.divide(value, c.complex(100)) : value
    }
    case 'sum': {
      let total = c.complex(0)
      for (const term of node.terms) {
        const value = of(term)
        if (value === undefined) return undefined
        total = c.add(total, value)
        sample.scale = Math.max(sample.scale, c.magnitude(value))
      }
      return total
    }
    case 'product': {
      let total = c.complex(1)
      for (const factor of node.factors) {
        const value = of(factor)
        if (value === undefined) return undefined
        total = c.multiply(total, value)
      }
      return total
    }
    case 'quotient': {
      const over = of(node.over)
      const under = over === undefined ? undefined : of(node.under)
      return over === undefined || under === undefined || c.magnitude(under) === 0
        ? undefined
        : c.divide(over, under)
    }
    case 'power':
      return raise(node, sample, of)
    case 'call':
      return call(node, sample, of)
    case 'apply': {
      sample.opaque = true
      const args = node.args.map(of)
      if (args.includes(undefined)) return undefined
      const key = args.map((value) => `${value?.re.toPrecision(9)} ${value?.im.toPrecision(9)}`).join(',')
      return c.complex(samplePoint(`${node.name}(${key})`, sample.index, sample.positive))
    }
    case 'series':
      return series(node, sample)
    default:
      return undefined
  }
}

function raise(
  node: Extract<Node, { kind: 'power' }>,
  sample: Sample,
  of: (part: Node) => Complex | undefined,
): Complex | undefined {
  const base = of(node.base)
  if (base === undefined) return undefined
  if (base.im === 0 && base.re < 0) {
    // Odd roots of negative numbers are taken on the real line, as in school mathematics.
    const exact = evaluateExact(node.exponent, sample.budget)
    if (exact !== undefined && exact.den > 1n && exact.den % 2n === 1n && exact.den < 64n) {
      const size = Math.abs(base.re) ** toNumber(exact)
      return c.complex(exact.num % 2n === 0n ? size : -size)
    }
  }
  const exponent = of(node.exponent)
  if (base.re < 0 && exponent !== undefined && !Number.isInteger(exponent.re)) sample.branch = true
  return exponent === undefined ? undefined : c.power(base, exponent)
}

function call(
  node: Extract<Node, { kind: 'call' }>,
  sample: Sample,
  of: (part: Node) => Complex | undefined,
): Complex | undefined {
  const [first, second] = node.args
  if (first === undefined) return undefined
  const plain = of(first)
  if (plain === undefined) return undefined
  const x =
    TRIGONOMETRIC.has(node.name) && isDegrees(first) ? c.multiply(plain, c.complex(Math.PI / 180)) : plain
  // Close to zero these functions lose every digit of their argument.
  if (c.magnitude(x) < 1e-5 && c.magnitude(x) > 0) sample.scale = Infinity
  const one = c.complex(1)
  if ((node.name === 'ln' || node.name === 'log') && x.re < 0) sample.branch = true
  switch (node.name) {
    case 'sin':
      return c.sine(x)
    case 'cos':
      return c.cosine(x)
    case 'tan':
      return c.divide(c.sine(x), c.cosine(x))
    case 'cot':
      return c.divide(c.cosine(x), c.sine(x))
    case 'sec':
      return c.divide(one, c.cosine(x))
    case 'csc':
      return c.divide(one, c.sine(x))
    case 'exp':
      return c.exponential(x)
    case 'ln':
      return c.magnitude(x) === 0 ? undefined : c.logarithm(x)
    case 'log':
      return logarithm(x, second, of)
    case 'abs':
      return c.complex(c.magnitude(x))
    case 'cbrt':
      return x.im === 0 ? c.complex(Math.cbrt(x.re)) : c.power(x, c.complex(1 / 3))
    case 'sinh':
      return hyperbolic(x, -1)
    case 'cosh':
      return hyperbolic(x, 1)
    case 'tanh':
      return c.divide(hyperbolic(x, -1), hyperbolic(x, 1))
    case 'coth':
      return c.divide(hyperbolic(x, 1), hyperbolic(x, -1))
    case 'sech':
      return c.divide(one, hyperbolic(x, 1))
    case 'csch':
      return c.divide(one, hyperbolic(x, -1))
    default:
      return real(node, x, second === undefined ? undefined : of(second))
  }
}

/** Functions of an angle, which may be given in degrees. */
export const TRIGONOMETRIC: ReadonlySet<string> = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc'])

/** Functions that are sampled on the real line only. */
function real(
  node: Extract<Node, { kind: 'call' }>,
  x: Complex,
  second: Complex | undefined,
): Complex | undefined {
  if (x.im !== 0) return undefined
  switch (node.name) {
    case 'arcsin':
      return c.complex(Math.asin(x.re))
    case 'arccos':
      return c.complex(Math.acos(x.re))
    case 'arctan':
      return c.complex(Math.atan(x.re))
    case 'arccot':
      return c.complex(Math.PI / 2 - Math.atan(x.re))
    case 'arcsec':
      return c.complex(Math.acos(1 / x.re))
    case 'arccsc':
      return c.complex(Math.asin(1 / x.re))
    case 'arcsinh':
      return c.complex(Math.asinh(x.re))
    case 'arccosh':
      return c.complex(Math.acosh(x.re))
    case 'arctanh':
      return c.complex(Math.atanh(x.re))
    case 'arccoth':
      return c.complex(Math.atanh(1 / x.re))
    case 'floor':
      return c.complex(Math.floor(x.re))
    case 'ceil':
      return c.complex(Math.ceil(x.re))
    case 'sgn':
      return c.complex(Math.sign(x.re))
    case 'factorial':
      return c.complex(gamma(x.re + 1))
    case 'binomial':
      return second === undefined || second.im !== 0
        ? undefined
        : c.complex(gamma(x.re + 1) / (gamma(second.re + 1) * gamma(x.re - second.re + 1)))
    case 'min':
    case 'max':
      return second === undefined || second.im !== 0 || node.args.length !== 2
        ? undefined
        : c.complex(node.name === 'min' ? Math.min(x.re, second.re) : Math.max(x.re, second.re))
    default:
      return undefined
  }
}

function logarithm(
  x: Complex,
  base: Node | undefined,
  of: (part: Node) => Complex | undefined,
): Complex | undefined {
  if (c.magnitude(x) === 0) return undefined
  if (base === undefined) return c.logarithm(x)
  const value = of(base)
  return value === undefined || c.magnitude(value) === 0
    ? undefined
    : c.divide(c.logarithm(x), c.logarithm(value))
}

function hyperbolic(x: Complex, sign: 1 | -1): Complex {
  const up = c.exponential(x)
  const down = c.exponential(c.complex(-x.re, -x.im))
  return c.complex((up.re + sign * down.re) / 2, (up.im + sign * down.im) / 2)
}

/** Whether an angle carries the sign of degrees. */
export function isDegrees(node: Node): boolean {
  if (node.kind === 'marked') return node.mark.type === 'degree'
  if (node.kind === 'negative') return isDegrees(node.of)
  if (node.kind === 'sum') return node.terms.every(isDegrees)
  if (node.kind === 'quotient') return isDegrees(node.over)
  return node.kind === 'product' && node.factors.some(isDegrees)
}

/** Lanczos approximation of the gamma function, good to about 14 digits (Lanczos 1964). */
function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) {
    let product = 1
    for (let factor = 2; factor < x; factor += 1) product *= factor
    return product
  }
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x))
  const shifted = x - 1
  let sum = 0.999_999_999_999_809_93
  for (const [at, coefficient] of LANCZOS.entries()) sum += coefficient / (shifted + at + 1)
  const t = shifted + LANCZOS.length - 0.5
  return Math.sqrt(2 * Math.PI) * t ** (shifted + 0.5) * Math.exp(-t) * sum
}

const LANCZOS = [
  676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
] as const

function series(node: Extract<Node, { kind: 'series' }>, sample: Sample): Complex | undefined {
  const from = evaluateExact(node.from, sample.budget)
  const to = evaluateExact(node.to, sample.budget)
  if (from?.den !== 1n || to?.den !== 1n || to.num - from.num > BigInt(MAX_SERIES)) return undefined
  let total = c.complex(node.name === 'sum' ? 0 : 1)
  for (let at = Number(from.num); at <= Number(to.num); at += 1) {
    const inner: Sample = { ...sample, bound: new Map([...(sample.bound ?? []), [node.variable, at]]) }
    const value = evaluateComplex(node.body, inner)
    if (value === undefined) return undefined
    total = node.name === 'sum' ? c.add(total, value) : c.multiply(total, value)
    sample.scale = Math.max(sample.scale, inner.scale, c.magnitude(value))
  }
  return total
}
