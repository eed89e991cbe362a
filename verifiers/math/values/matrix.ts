import type { Node } from './expression.ts'

/** Entries that a matrix calculation may produce. */
const MAX_ENTRIES = 64

/** Works out sums, products and multiples of matrices entry by entry; `undefined` when the sizes do not fit. */
export function toMatrix(node: Node): Extract<Node, { kind: 'matrix' }> | undefined {
  switch (node.kind) {
    case 'matrix':
      return node
    case 'negative': {
      const inner = toMatrix(node.of)
      return inner === undefined ? undefined : map(inner, (entry) => ({ kind: 'negative', of: entry }))
    }
    case 'quotient': {
      const inner = toMatrix(node.over)
      return inner === undefined
        ? undefined
        : map(inner, (entry) => ({ kind: 'quotient', over: entry, under: node.under }))
    }
    case 'sum': {
      const parts = node.terms.map(toMatrix)
      return parts.reduce((left, right) =>
        left === undefined || right === undefined ? undefined : plus(left, right),
      )
    }
    case 'product': {
      let total: Extract<Node, { kind: 'matrix' }> | undefined
      const scalars: Node[] = []
      for (const factor of node.factors) {
        const matrix = toMatrix(factor)
        if (matrix === undefined) scalars.push(factor)
        else if (total === undefined) total = matrix
        else {
          total = times(total, matrix)
          if (total === undefined) return undefined
        }
      }
      return total === undefined || scalars.length === 0
        ? total
        : map(total, (entry) => ({ kind: 'product', factors: [...scalars, entry] }))
    }
    default:
      return undefined
  }
}

type Matrix = Extract<Node, { kind: 'matrix' }>

function map(matrix: Matrix, change: (entry: Node) => Node): Matrix {
  return { kind: 'matrix', rows: matrix.rows.map((row) => row.map(change)) }
}

function plus(left: Matrix, right: Matrix): Matrix | undefined {
  if (left.rows.length !== right.rows.length || left.rows[0]?.length !== right.rows[0]?.length)
    return undefined
  const rows = left.rows.map((row, y) =>
    row.map((entry, x): Node => ({ kind: 'sum', terms: [entry, right.rows[y]?.[x] ?? entry] })),
  )
  return { kind: 'matrix', rows }
}

function times(left: Matrix, right: Matrix): Matrix | undefined {
  const width = right.rows[0]?.length ?? 0
  if (left.rows[0]?.length !== right.rows.length || left.rows.length * width > MAX_ENTRIES) return undefined
  const rows = left.rows.map((row) =>
    Array.from({ length: width }, (_, x): Node => {
      const terms = row.map((entry, at): Node => ({
        kind: 'product',
        factors: [entry, right.rows[at]?.[x] ?? entry],
      }))
      return { kind: 'sum', terms }
    }),
  )
  return { kind: 'matrix', rows }
}
