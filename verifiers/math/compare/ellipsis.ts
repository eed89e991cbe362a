import type { Node } from '../values/expression.ts'
import { rational } from '../values/rational.ts'

type SequenceNode = Extract<Node, { kind: 'sequence' }>

/** Items that an ellipsis is written out to, at most. */
const MAX_ITEMS = 200n

/**
 * A list with an ellipsis in its shortest form: `1, 2, 3, …, 10` is written out, of `1, 3, 5, …` the first two are kept.
 * Lists without one, or whose items do not go up by the same step, stay as they are.
 */
export function withoutEllipsis(node: SequenceNode): SequenceNode {
  const at = node.items.findIndex(isDots)
  if (at < 2 || node.items.filter(isDots).length !== 1 || node.items.length - at > 2) return node
  const before = node.items.slice(0, at).map(integerOf)
  const [first, second] = before
  if (first === undefined || second === undefined || first === second) return node
  const step = second - first
  if (before.some((value, index) => value === undefined || value !== first + BigInt(index) * step))
    return node
  const last = node.items[at + 1]
  const dots = node.items[at]
  if (last === undefined || integerOf(last) === undefined)
    return {
      ...node,
      items: [
        integer(first),
        integer(second),
        ...(dots === undefined ? [] : [dots]),
        ...(last === undefined ? [] : [last]),
      ],
    }
  const end = integerOf(last) ?? first
  const count = (end - first) / step + 1n
  if ((end - first) % step !== 0n || count < BigInt(at) || count > MAX_ITEMS) return node
  return {
    ...node,
    items: Array.from({ length: Number(count) }, (_item, index) => integer(first + BigInt(index) * step)),
  }
}

function isDots(node: Node): boolean {
  return node.kind === 'symbol' && node.name === '…'
}

function integerOf(node: Node): bigint | undefined {
  if (node.kind === 'negative') {
    const value = integerOf(node.of)
    return value === undefined ? undefined : -value
  }
  return node.kind === 'number' && node.value.den === 1n ? node.value.num : undefined
}

function integer(value: bigint): Node {
  return { kind: 'number', value: rational(value), written: `${value}`, decimals: undefined }
}
