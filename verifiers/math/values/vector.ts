import { some, type Node } from './expression.ts'

type Tuple = Extract<Node, { kind: 'sequence' }>

const BASIS: Readonly<Record<string, number>> = { 'hat i': 0, 'hat j': 1, 'hat k': 2 }

/** Whether an expression is written with the unit vectors. */
export function hasUnitVectors(node: Node): boolean {
  return some(node, (part) => part.kind === 'symbol' && part.name in BASIS)
}

/** `3\hat i - 4\hat j` as the tuple of its components; `undefined` where a term is no multiple of one unit vector. */
export function componentsOf(node: Node, length: number): Tuple | undefined {
  const items = Array.from({ length }, (): Node[] => [])
  const terms = node.kind === 'sum' ? node.terms : [node]
  for (const term of terms) {
    const negative = term.kind === 'negative'
    const of = negative ? term.of : term
    const factors = of.kind === 'product' ? of.factors : of.kind === 'quotient' ? [of.over] : [of]
    const units = factors.filter((part) => part.kind === 'symbol' && part.name in BASIS)
    const [unit] = units
    if (unit?.kind !== 'symbol' || units.length !== 1 || of.kind === 'quotient') return undefined
    const rest = factors.filter((part) => part !== unit)
    if (rest.some(hasUnitVectors)) return undefined
    const value: Node = rest.length === 0 ? one : { kind: 'product', factors: rest }
    const own = items[BASIS[unit.name] ?? length]
    if (own === undefined) return undefined
    own.push(negative ? { kind: 'negative', of: value } : value)
  }
  return tuple(items.map((parts) => (parts.length === 0 ? zero : { kind: 'sum', terms: parts })))
}

/** Sums of tuples and their multiples, `(1,2) + t(3,4)`, worked out component by component. */
export function toTuple(node: Node): Tuple | undefined {
  switch (node.kind) {
    case 'sequence':
      return (node.open === '(' || node.open === '<') && node.close !== ']' && node.items.length > 1
        ? node
        : undefined
    case 'negative': {
      const inner = toTuple(node.of)
      return inner && tuple(inner.items.map((item): Node => ({ kind: 'negative', of: item })))
    }
    case 'quotient': {
      const inner = toTuple(node.over)
      return (
        inner && tuple(inner.items.map((item): Node => ({ kind: 'quotient', over: item, under: node.under })))
      )
    }
    case 'product': {
      const tuples = node.factors.map(toTuple).filter((part) => part !== undefined)
      const [inner] = tuples
      if (inner === undefined || tuples.length !== 1) return undefined
      const scalars = node.factors.filter((part) => toTuple(part) === undefined)
      return tuple(inner.items.map((item): Node => ({ kind: 'product', factors: [...scalars, item] })))
    }
    case 'sum': {
      const tuples = node.terms.map(toTuple)
      const [first] = tuples
      if (first === undefined || tuples.some((part) => part?.items.length !== first.items.length))
        return undefined
      return tuple(
        first.items.map((_item, at): Node => ({
          kind: 'sum',
          terms: tuples.flatMap((part) => part?.items[at] ?? []),
        })),
      )
    }
    default:
      return undefined
  }
}

function tuple(items: Node[]): Tuple {
  return { kind: 'sequence', open: '(', close: ')', items, join: ',' }
}

const zero: Node = { kind: 'number', value: { num: 0n, den: 1n }, written: '0', decimals: undefined }
const one: Node = { kind: 'number', value: { num: 1n, den: 1n }, written: '1', decimals: undefined }
