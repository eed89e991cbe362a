import { mapChildren, some, type Node } from './expression.ts'

/** Both values of an expression with a plus-minus sign anywhere in it; signs in one expression are chosen together. */
export function bothSigns(node: Node): [Node, Node] | undefined {
  if (!some(node, (part) => part.kind === 'plusminus')) return undefined
  return [choose(node, 1), choose(node, -1)]
}

function choose(node: Node, sign: 1 | -1): Node {
  const of = (part: Node): Node => choose(part, sign)
  // A relation keeps its signs: once it is taken apart, each side comes here by itself.
  if (node.kind === 'relation') return node
  if (node.kind !== 'plusminus') return mapChildren(node, of)
  const right = of(node.right)
  const signed: Node = node.sign * sign > 0 ? right : { kind: 'negative', of: right }
  return node.left === undefined ? signed : { kind: 'sum', terms: [of(node.left), signed] }
}
