import { different, unclear } from '../evaluate/context.ts'
import { evaluateComplex, samplePoint, type Sample } from '../evaluate/complex.ts'
import type { Outcome } from '../evaluate/scalar.ts'
import type { Budget } from '../values/budget.ts'
import { complex, divide, magnitude, multiply, subtract, type Complex } from '../values/complex.ts'
import { isScalar, some, symbolsOf, type Node, type Relation } from '../values/expression.ts'

/** One link of a chain, turned so that the smaller side comes first. */
export type Link = { operator: Relation; left: Node; right: Node }

/** The same solutions when the differences of the sides are the same up to a constant factor, positive for inequalities. */
export function compareByFactor(gold: Link, answer: Link, anySign: boolean, budget: Budget): Outcome {
  const parts = [gold.left, gold.right, answer.left, answer.right]
  if (!parts.every(isScalar)) return different('relation', 'different_relation')
  const a: Node = { kind: 'sum', terms: [gold.left, { kind: 'negative', of: gold.right }] }
  const b: Node = { kind: 'sum', terms: [answer.left, { kind: 'negative', of: answer.right }] }
  const names = symbolsOf(a)
  const others = symbolsOf(b)
  if (names.size === 0 || names.size !== others.size || [...names].some((name) => !others.has(name))) {
    return different('relation', 'different_symbols')
  }
  let factor: Complex | undefined
  let usable = 0
  for (let index = 0; index < 8; index += 1) {
    const sample = (): Sample => ({ index, positive: index % 2 === 0, budget, scale: 0, opaque: false })
    const [s, t] = [sample(), sample()]
    const x = evaluateComplex(a, s)
    const y = evaluateComplex(b, t)
    if (x === undefined || y === undefined) continue
    if (magnitude(x) < 1e-9 * s.scale || magnitude(y) < 1e-9 * t.scale) continue
    const quotient = divide(x, y)
    factor ??= quotient
    if (magnitude(subtract(quotient, factor)) > 1e-9 * magnitude(factor))
      return anySign && isCleared(a, b, names, budget)
        ? { equal: true, path: 'relation', reason: 'multiplied_out' }
        : different('relation', 'different_relation')
    usable += 1
  }
  if (usable < 3 || factor === undefined) return unclear('relation', 'too_few_points')
  if (!anySign && (factor.re <= 0 || Math.abs(factor.im) > 1e-9 * factor.re))
    return different('relation', 'opposite_relation')
  return { equal: true, path: 'relation', reason: '' }
}

/**
 * Whether one equation is the other multiplied by a variable that it divides by, `3a + 60/a = 40` and `a(40 - 3a) = 60`:
 * the variable is not zero in the first, and zero is no solution of the second.
 */
function isCleared(a: Node, b: Node, names: ReadonlySet<string>, budget: Budget): boolean {
  for (const name of names) {
    for (const [divided, plain] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!isDividedBy(divided, name) || isDividedBy(plain, name)) continue
      if (
        [1, 2].some((power) => isMultiple(divided, plain, name, power, budget)) &&
        !isSolvedByZero(plain, name, budget)
      )
        return true
    }
  }
  return false
}

function isDividedBy(node: Node, name: string): boolean {
  return some(
    node,
    (part) =>
      (part.kind === 'quotient' && symbolsOf(part.under).has(name)) ||
      (part.kind === 'power' && part.exponent.kind === 'negative' && symbolsOf(part.base).has(name)),
  )
}

function isMultiple(divided: Node, plain: Node, name: string, power: number, budget: Budget): boolean {
  let factor: Complex | undefined
  for (let index = 0; index < 4; index += 1) {
    const sample = (): Sample => ({ index, positive: true, budget, scale: 0, opaque: false })
    const x = evaluateComplex(divided, sample())
    const y = evaluateComplex(plain, sample())
    if (x === undefined || y === undefined || magnitude(x) < 1e-9 || magnitude(y) < 1e-9) return false
    const quotient = divide(y, multiply(x, complex(samplePoint(name, index, true) ** power)))
    factor ??= quotient
    if (magnitude(subtract(quotient, factor)) > 1e-9 * magnitude(factor)) return false
  }
  return true
}

function isSolvedByZero(node: Node, name: string, budget: Budget): boolean {
  const bound = new Map([[name, 0]])
  const value = evaluateComplex(node, { index: 1, positive: true, budget, scale: 0, opaque: false, bound })
  return value === undefined || magnitude(value) < 1e-9
}
