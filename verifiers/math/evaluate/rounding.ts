import type { Budget } from '../values/budget.ts'
import { evaluateComplex } from './complex.ts'
import { evaluateExact } from './exact.ts'
import type { Node } from '../values/expression.ts'
import { rational } from '../values/rational.ts'

/** Whether a value, rounded to as many decimals as a decimal reference shows, is the reference. */
export function roundsTo(gold: Node, answer: Node, budget: Budget): boolean {
  const number = gold.kind === 'negative' ? gold.of : gold
  if (
    number.kind !== 'number' ||
    number.decimals === undefined ||
    number.decimals < 1 ||
    number.decimals > 15
  )
    return false
  const reference = evaluateExact(gold, budget)
  if (reference === undefined) return false
  const half = rational(1n, 2n * 10n ** BigInt(number.decimals))
  const exact = evaluateExact(answer, budget)
  if (exact !== undefined) {
    const apart = rational(reference.num * exact.den - exact.num * reference.den, reference.den * exact.den)
    return (apart.num < 0n ? -apart.num : apart.num) * half.den <= half.num * apart.den
  }
  const sampled = evaluateComplex(answer, { index: 0, positive: true, budget, scale: 0, opaque: false })
  if (sampled === undefined || sampled.im !== 0) return false
  return (
    Math.abs(sampled.re - Number(reference.num) / Number(reference.den)) <=
    Number(half.num) / Number(half.den)
  )
}
