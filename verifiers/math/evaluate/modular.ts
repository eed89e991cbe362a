import { spend, type Budget } from '../values/budget.ts'
import { evaluateExact } from './exact.ts'
import type { Node } from '../values/expression.ts'

/** A prime field with a square root of minus one; both primes are below 2^61 and leave 1 when divided by 4. */
export type Field = { prime: bigint; imaginary: bigint; seed: number }

export const FIELDS: readonly Field[] = [
  { prime: 2_305_843_009_213_693_921n, imaginary: 583_529_827_753_931_384n, seed: 0x9e3779b9 },
  { prime: 2_305_843_009_213_693_693n, imaginary: 966_685_122_347_009_555n, seed: 0x85ebca6b },
]

/** Factorials up to this argument are multiplied out modulo the prime. */
const MAX_FACTORIAL = 5_000n

/** What an evaluation met on its way: opaque values can prove equality but not difference. */
export type ModularState = { opaque: boolean }

/**
 * The value of an expression modulo a prime at a fixed pseudo-random point. Two rational functions that agree at two
 * points in two fields of 61 bits are the same with probability beyond doubt (Schwartz 1980, Zippel 1979); integer
 * powers of any size cost one modular exponentiation. `undefined` where the expression is not of this kind.
 */
export function evaluateModular(
  node: Node,
  field: Field,
  budget: Budget,
  state: ModularState,
  bound?: ReadonlyMap<string, bigint>,
): bigint | undefined {
  spend(budget, 3)
  const p = field.prime
  const of = (part: Node): bigint | undefined => evaluateModular(part, field, budget, state, bound)
  switch (node.kind) {
    case 'number':
      return over(reduce(node.value.num, p), reduce(node.value.den, p), p, budget)
    case 'constant':
      return node.name === 'i'
        ? field.imaginary
        : node.name === 'infinity'
          ? undefined
          : point(`constant ${node.name}`, field)
    case 'symbol':
      return bound?.get(node.name) ?? point(node.name, field)
    case 'negative': {
      const value = of(node.of)
      return value === undefined ? undefined : reduce(-value, p)
    }
    case 'marked': {
      const value = of(node.of)
      if (value === undefined || node.mark.type === 'degree')
        return node.mark.type === 'degree' ? undefined : value
      return node.mark.type === 'percent' ? over(value, 100n, p, budget) : value
    }
    case 'sum': {
      let total = 0n
      for (const term of node.terms) {
        const value = of(term)
        if (value === undefined) return undefined
        total = (total + value) % p
      }
      return total
    }
    case 'product': {
      let total = 1n
      for (const factor of node.factors) {
        const value = of(factor)
        if (value === undefined) return undefined
        total = (total * value) % p
      }
      return total
    }
    case 'quotient': {
      const above = of(node.over)
      const below = above === undefined ? undefined : of(node.under)
      return above === undefined || below === undefined ? undefined : over(above, below, p, budget)
    }
    case 'power': {
      const exponent = evaluateExact(node.exponent, budget)
      if (exponent?.den !== 1n) return undefined
      const base = of(node.base)
      if (base === undefined) return undefined
      if (base === 0n && exponent.num <= 0n) return exponent.num === 0n ? 1n : undefined
      spend(budget, 80)
      const raised = powerModulo(base, reduce(exponent.num, p - 1n), p)
      // A multiple of p - 1 in the exponent of a zero base must not become one.
      return base === 0n ? 0n : raised
    }
    case 'apply':
      return opaque(node.name, node.args.map(of), field)
    case 'call':
      return call(node, field, budget, state, of)
    case 'series':
      return series(node, field, budget, state, bound)
    default:
      return undefined
  }
}

/** A value for a name that is the same in every run: FNV-1a stretched to the field. */
function point(name: string, field: Field): bigint {
  let hash = BigInt(hashText(name, field.seed))
  for (let round = 1; round < 3; round += 1)
    hash = (hash << 31n) ^ BigInt(hashText(`${name}#${round}`, field.seed))
  return (hash % (field.prime - 3n)) + 2n
}

export function hashText(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
  return (hash ^ (hash >>> 13)) >>> 0
}

function call(
  node: Extract<Node, { kind: 'call' }>,
  field: Field,
  budget: Budget,
  state: ModularState,
  of: (part: Node) => bigint | undefined,
): bigint | undefined {
  const exact = evaluateExact(node, budget)
  if (exact !== undefined)
    return over(reduce(exact.num, field.prime), reduce(exact.den, field.prime), field.prime, budget)
  const [first] = node.args
  if (first === undefined) return undefined
  if (node.name === 'factorial') {
    const argument = evaluateExact(first, budget)
    if (argument !== undefined) {
      if (argument.den !== 1n || argument.num < 0n || argument.num > MAX_FACTORIAL) return undefined
      spend(budget, Number(argument.num))
      let product = 1n
      for (let factor = 2n; factor <= argument.num; factor += 1n) product = (product * factor) % field.prime
      return product
    }
    return undefined
  }
  if (node.name === 'binomial') {
    const [n, k] = node.args.map((part) => evaluateExact(part, budget))
    if (n?.den !== 1n || k?.den !== 1n || k.num < 0n || n.num < k.num || n.num > 100_000n) return undefined
    const few = k.num > n.num - k.num ? n.num - k.num : k.num
    if (few > MAX_FACTORIAL) return undefined
    spend(budget, Number(few) * 2)
    let above = 1n
    let below = 1n
    for (let at = 1n; at <= few; at += 1n) {
      above = (above * (n.num - few + at)) % field.prime
      below = (below * at) % field.prime
    }
    return over(above, below, field.prime, budget)
  }
  // gcd, floor and their like over symbols: the same value only for the same arguments.
  if (OPAQUE.has(node.name)) {
    state.opaque = true
    return opaque(node.name, node.args.map(of), field)
  }
  return undefined
}

const OPAQUE: ReadonlySet<string> = new Set(['floor', 'ceil', 'gcd', 'lcm', 'min', 'max', 'sgn'])

function opaque(name: string, args: (bigint | undefined)[], field: Field): bigint | undefined {
  return args.includes(undefined) ? undefined : point(`${name}(${args.join(',')})`, field)
}

function series(
  node: Extract<Node, { kind: 'series' }>,
  field: Field,
  budget: Budget,
  state: ModularState,
  bound: ReadonlyMap<string, bigint> | undefined,
): bigint | undefined {
  const from = evaluateModular(node.from, field, budget, state, bound)
  const to = evaluateModular(node.to, field, budget, state, bound)
  // The bound variable gets one fixed value whatever its name: same body, same sum.
  const body = evaluateModular(
    node.body,
    field,
    budget,
    state,
    new Map([...(bound ?? []), [node.variable, point('bound', field)]]),
  )
  state.opaque = true
  return opaque(node.name, [from, to, body], field)
}

function over(above: bigint, below: bigint, p: bigint, budget: Budget): bigint | undefined {
  if (below === 1n) return above
  if (below === 0n) return undefined
  spend(budget, 40)
  return (above * inverse(below, p)) % p
}

function inverse(value: bigint, p: bigint): bigint {
  let [a, b, x, y] = [value, p, 1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return reduce(x, p)
}

function powerModulo(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n
  let square = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % p
    square = (square * square) % p
  }
  return result
}

function reduce(value: bigint, p: bigint): bigint {
  const rest = value % p
  return rest < 0n ? rest + p : rest
}
