import { children, some, type Node } from './expression.ts'
import { rational } from './rational.ts'

/**
 * A node with the letters of combinatorics read as counts, `C_7^3`, `7C3`, `C(7,3)`, `A_5^2`, `P(5,2)`, for a side whose
 * other side is a number; `undefined` where there are none or other names are left over.
 */
export function countsOf(node: Node, other: Node): Node | undefined {
  if (!isConstant(other) || isConstant(node)) return undefined
  const counted = rewrite(node)
  return isConstant(counted) ? counted : undefined
}

/** The number of combinations (`C`) or arrangements (`A`, `P`) of `chosen` out of `count`. */
export function countOf(letter: string, count: Node, chosen: Node): Node {
  const combinations: Node = { kind: 'call', name: 'binomial', args: [count, chosen] }
  if (letter === 'C') return combinations
  return { kind: 'product', factors: [combinations, { kind: 'call', name: 'factorial', args: [chosen] }] }
}

function isConstant(node: Node): boolean {
  return !some(node, (part) => part.kind === 'symbol' || part.kind === 'apply' || part.kind === 'sequence')
}

function rewrite(node: Node): Node {
  switch (node.kind) {
    case 'apply': {
      const [count, chosen] = node.args
      return node.args.length === 2 && /^[CAP]$/u.test(node.name) && isCount(count) && isCount(chosen)
        ? countOf(node.name, count, chosen)
        : node
    }
    case 'power': {
      const index = node.base.kind === 'symbol' ? /^([CAP])_(\d{1,4})$/u.exec(node.base.name) : null
      if (index === null || !isCount(node.exponent))
        return { ...node, base: rewrite(node.base), exponent: rewrite(node.exponent) }
      // `C_7^3` and `C^7_3` are both in use; the larger number is what is chosen from.
      const below = integer(index[2] ?? '')
      return below.value.num >= node.exponent.value.num
        ? countOf(index[1] ?? '', below, node.exponent)
        : countOf(index[1] ?? '', node.exponent, below)
    }
    case 'product':
      return { ...node, factors: rewriteFactors(node.factors) }
    case 'negative':
      return { ...node, of: rewrite(node.of) }
    case 'sum':
      return { ...node, terms: node.terms.map(rewrite) }
    case 'quotient':
      return { ...node, over: rewrite(node.over), under: rewrite(node.under) }
    case 'call':
      return { ...node, args: children(node).map(rewrite) }
    default:
      return node
  }
}

/** `7C3` is the number 7 beside the symbol C with the index 3. */
function rewriteFactors(factors: readonly Node[]): Node[] {
  const found: Node[] = []
  for (const factor of factors) {
    const index = factor.kind === 'symbol' ? /^([CP])_(\d{1,4})$/u.exec(factor.name) : null
    const before = found.at(-1)
    if (index !== null && isCount(before))
      found.splice(-1, 1, countOf(index[1] ?? '', before, integer(index[2] ?? '')))
    else found.push(rewrite(factor))
  }
  return found
}

function isCount(node: Node | undefined): node is Extract<Node, { kind: 'number' }> {
  return node?.kind === 'number' && node.value.den === 1n && node.value.num >= 0n && node.value.num < 10_000n
}

function integer(digits: string): Extract<Node, { kind: 'number' }> {
  return { kind: 'number', value: rational(BigInt(digits)), written: digits, decimals: undefined }
}
