import { some, type Node } from './expression.ts'

/** Both values of an expression with a plus-minus sign anywhere in it; signs in one expression are chosen together. */
export function bothSigns(node: Node): [Node, Node] | undefined {
  if (!some(node, (part) => part.kind === 'plusminus')) return undefined
  return [choose(node, 1), choose(node, -1)]
}

function choose(node: Node, sign: 1 | -1): Node {
  const of = (part: Node): Node => choose(part, sign)
  switch (node.kind) {
    case 'plusminus': {
      const right = of(node.right)
      const signed: Node = node.sign * sign > 0 ? right : { kind: 'negative', of: right }
      return node.left === undefined ? signed : { kind: 'sum', terms: [of(node.left), signed] }
    }
    case 'negative':
    case 'marked':
      return { ...node, of: of(node.of) }
    case 'sum':
      return { ...node, terms: node.terms.map(of) }
    case 'product':
      return { ...node, factors: node.factors.map(of) }
    case 'quotient':
      return { ...node, over: of(node.over), under: of(node.under) }
    case 'power':
      return { ...node, base: of(node.base), exponent: of(node.exponent) }
    case 'call':
    case 'apply':
      return { ...node, args: node.args.map(of) }
    case 'sequence':
      return { ...node, items: node.items.map(of) }
    default:
      return node
  }
}
