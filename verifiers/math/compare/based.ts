import { different, unclear } from '../evaluate/context.ts'
import type { Node } from '../values/expression.ts'
import type { Outcome } from '../evaluate/scalar.ts'

/**
 * Numbers in a base other than ten: the same digits when the answer leaves the base out. A reference without a base is
 * in base ten, unless it has the very digits of the answer, which leaves open which of them was meant.
 */
export function compareBased(gold: Node, answer: Node): Outcome {
  const a = digitsOf(gold)
  const b = digitsOf(answer)
  if (a === undefined || b === undefined) return different('base', 'different_type')
  if (gold.kind === 'based' && answer.kind === 'based' && gold.base !== answer.base)
    return different('base', 'different_base')
  if (gold.kind === 'number' && answer.kind === 'based') {
    const value = valueInBase(answer.digits, answer.base)
    if (value !== undefined && gold.value.den === 1n && gold.value.num === value)
      return { equal: true, path: 'base', reason: 'converted' }
    return a === b ? unclear('base', 'base_left_out') : different('base', 'different_value')
  }
  return a === b ? { equal: true, path: 'base', reason: '' } : different('base', 'different_value')
}

/** `undefined` where a digit is too large for the base. */
function valueInBase(digits: string, base: number): bigint | undefined {
  let value = 0n
  for (const digit of digits) {
    if (!/^\d$/u.test(digit) || Number(digit) >= base) return undefined
    value = value * BigInt(base) + BigInt(digit)
  }
  return value
}

function digitsOf(node: Node): string | undefined {
  if (node.kind === 'based') return node.digits.replace(/^0+(?=\d)/u, '')
  return node.kind === 'number' && node.decimals === undefined ? node.value.num.toString() : undefined
}
