import { different, infinitySign, unclear, type Context } from '../evaluate/context.ts'
import { evaluateComplex } from '../evaluate/complex.ts'
import { isScalar, some, symbolsOf, type Node, type Relation } from '../values/expression.ts'
import type { Outcome } from '../evaluate/scalar.ts'

type End = { node: Node; value: number; open: boolean }
type Piece = { low: End; high: End }

/** Whether a node can only be understood as a set of real numbers: a combination of sets, or inequalities. */
export function isSolutionSet(node: Node): boolean {
  if (node.kind === 'operation') return true
  if (node.kind === 'relation') {
    if (node.operators.length === 1 && node.operators[0] === 'in') {
      const [name, set] = node.operands
      return name?.kind === 'symbol' && set !== undefined && isSolutionSet(set)
    }
    return node.operators.every(isInequality)
  }
  return (
    node.kind === 'sequence' &&
    node.open === '' &&
    node.items.length > 0 &&
    node.items.every((item) => item.kind === 'relation' && isSolutionSet(item))
  )
}

/** Compares two answers as sets of real numbers; `undefined` when one of them is not such a set. */
export function compareSets(gold: Node, answer: Node, context: Context): Outcome | undefined {
  const names = new Set([...variablesOf(gold), ...variablesOf(answer)])
  if (names.size > 1) return undefined
  const a = piecesOf(gold, context)
  const b = a === undefined ? undefined : piecesOf(answer, context)
  if (a === undefined || b === undefined) return undefined
  const left = merge(a, context)
  const right = merge(b, context)
  if (left.length !== right.length) return different('interval', 'different_set')
  for (const [at, piece] of left.entries()) {
    const other = right[at]
    if (other === undefined) return different('interval', 'different_set')
    for (const [end, otherEnd] of [
      [piece.low, other.low],
      [piece.high, other.high],
    ] as const) {
      if (end.open !== otherEnd.open) return different('interval', 'different_brackets')
      const outcome = context.compare(end.node, otherEnd.node, context)
      if (outcome.equal === undefined) return unclear('interval', outcome.reason)
      if (!outcome.equal) return different('interval', 'different_end')
    }
  }
  return { equal: true, path: 'interval', reason: '' }
}

function variablesOf(node: Node): string[] {
  if (node.kind === 'relation') return node.operands.flatMap((operand) => [...symbolsOf(operand)])
  if (node.kind === 'sequence' && node.open === '') return node.items.flatMap(variablesOf)
  return []
}

/** The pieces of a set of reals, unsorted; `undefined` where an end has no real value. */
function piecesOf(node: Node, context: Context): Piece[] | undefined {
  if (node.kind === 'operation') {
    const left = piecesOf(node.left, context)
    const right = piecesOf(node.right, context)
    if (left === undefined || right === undefined) return undefined
    if (node.operator === 'union') return [...left, ...right]
    return node.operator === 'intersection'
      ? intersect(left, right)
      : intersect(left, complement(merge(right, context)))
  }
  if (node.kind === 'relation') return piecesOfRelation(node, context)
  if (node.kind === 'sequence') {
    if (node.open === '{') return all(node.items.map((item) => pointOf(item, context)))
    if (node.open === '') {
      const parts = all(node.items.map((item) => piecesOf(item, context)))
      if (parts === undefined) return undefined
      // `x > 1 and x < 3` holds where both do; `x < 1, x > 3` and `or` where one does.
      return node.join === 'and' ? parts.reduce(intersect) : parts.flat()
    }
    const [low, high] = node.items
    if (low === undefined || high === undefined || node.items.length !== 2) return undefined
    const a = endOf(low, node.open !== '[', context)
    const b = endOf(high, node.close !== ']', context)
    return a === undefined || b === undefined ? undefined : [{ low: a, high: b }]
  }
  return undefined
}

function piecesOfRelation(node: Extract<Node, { kind: 'relation' }>, context: Context): Piece[] | undefined {
  const { operators, operands } = node
  if (operators.length === 1 && operators[0] === 'in') {
    const [name, set] = operands
    return name?.kind === 'symbol' && set !== undefined ? piecesOf(set, context) : undefined
  }
  if (!operators.every(isInequality)) return undefined
  let pieces: Piece[] | undefined
  for (const [at, operator] of operators.entries()) {
    const left = operands[at]
    const right = operands[at + 1]
    const part =
      left === undefined || right === undefined ? undefined : halfLine(left, operator, right, context)
    if (part === undefined) return undefined
    pieces = pieces === undefined ? part : intersect(pieces, part)
  }
  return pieces
}

/** One inequality between a name and a value, with the name on either side; the name may stand in bars. */
function halfLine(left: Node, operator: Relation, right: Node, context: Context): Piece[] | undefined {
  const flipped = symbolsOf(left).size === 0
  const [name, bound] = flipped ? [right, left] : [left, right]
  const relation = flipped ? (FLIPPED[operator] ?? operator) : operator
  if (symbolsOf(bound).size > 0) return undefined
  const bars = name.kind === 'call' && name.name === 'abs'
  const inner = name.kind === 'call' && bars ? name.args[0] : name
  if (inner?.kind !== 'symbol' && inner?.kind !== 'apply') return undefined
  const open = endOf(bound, true, context)
  const closed = endOf(bound, false, context)
  if (open === undefined || closed === undefined) return undefined
  if (!bars) return line(relation, open, closed)
  const minus: Node = { kind: 'negative', of: bound }
  const [minusOpen, minusClosed] = [endOf(minus, true, context), endOf(minus, false, context)]
  if (minusOpen === undefined || minusClosed === undefined || open.value < 0) return undefined
  if (relation === '<') return [{ low: minusOpen, high: open }]
  if (relation === '<=') return [{ low: minusClosed, high: closed }]
  if (relation === '>')
    return [
      { low: LOWEST, high: minusOpen },
      { low: open, high: HIGHEST },
    ]
  return relation === '>='
    ? [
        { low: LOWEST, high: minusClosed },
        { low: closed, high: HIGHEST },
      ]
    : undefined
}

function line(relation: Relation, open: End, closed: End): Piece[] | undefined {
  switch (relation) {
    case '<':
      return [{ low: LOWEST, high: open }]
    case '<=':
      return [{ low: LOWEST, high: closed }]
    case '>':
      return [{ low: open, high: HIGHEST }]
    case '>=':
      return [{ low: closed, high: HIGHEST }]
    case '!=':
      return [
        { low: LOWEST, high: open },
        { low: open, high: HIGHEST },
      ]
    default:
      return undefined
  }
}

const INFINITE: Node = { kind: 'constant', name: 'infinity' }
const LOWEST: End = { node: { kind: 'negative', of: INFINITE }, value: -Infinity, open: true }
const HIGHEST: End = { node: INFINITE, value: Infinity, open: true }
const FLIPPED: Partial<Record<Relation, Relation>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

function isInequality(operator: Relation): boolean {
  return operator === '<' || operator === '>' || operator === '<=' || operator === '>=' || operator === '!='
}

function endOf(node: Node, open: boolean, context: Context): End | undefined {
  const sign = infinitySign(node)
  if (sign !== 0) return sign > 0 ? HIGHEST : LOWEST
  if (!isScalar(node) || symbolsOf(node).size > 0 || some(node, (part) => part.kind === 'apply'))
    return undefined
  const value = evaluateComplex(node, {
    index: 0,
    positive: true,
    budget: context.budget,
    scale: 0,
    opaque: false,
  })
  return value === undefined || value.im !== 0 ? undefined : { node, value: value.re, open }
}

function pointOf(node: Node, context: Context): Piece | undefined {
  const end = endOf(node, false, context)
  return end === undefined ? undefined : { low: end, high: end }
}

function intersect(left: readonly Piece[], right: readonly Piece[]): Piece[] {
  const pieces: Piece[] = []
  for (const a of left) {
    for (const b of right) {
      const low = a.low.value > b.low.value || (a.low.value === b.low.value && a.low.open) ? a.low : b.low
      const high =
        a.high.value < b.high.value || (a.high.value === b.high.value && a.high.open) ? a.high : b.high
      const empty = low.value > high.value || (low.value === high.value && (low.open || high.open))
      if (!empty && pieces.length < 200) pieces.push({ low, high })
    }
  }
  return pieces
}

/** What a sorted, merged set leaves out of the real line. */
function complement(pieces: readonly Piece[]): Piece[] {
  const gaps: Piece[] = []
  let low = LOWEST
  for (const piece of pieces) {
    const high: End = { ...piece.low, open: !piece.low.open }
    if (low.value < high.value || (low.value === high.value && !low.open && !high.open))
      gaps.push({ low, high })
    low = { ...piece.high, open: !piece.high.open }
  }
  if (low.value < Infinity) gaps.push({ low, high: HIGHEST })
  return gaps
}

/** Sorted pieces, joined where they touch or overlap. Ends are told apart by their exact values, not by doubles. */
function merge(pieces: readonly Piece[], context: Context): Piece[] {
  const sorted = pieces.toSorted(
    (a, b) => a.low.value - b.low.value || Number(a.low.open) - Number(b.low.open),
  )
  const merged: Piece[] = []
  for (const piece of sorted) {
    const last = merged.at(-1)
    if (last === undefined || !touches(last, piece, context)) merged.push({ ...piece })
    else if (piece.high.value > last.high.value || (piece.high.value === last.high.value && !piece.high.open))
      last.high = piece.high
  }
  return merged
}

function touches(last: Piece, next: Piece, context: Context): boolean {
  if (next.low.value < last.high.value)
    return (
      context.compare(next.low.node, last.high.node, context).equal !== true ||
      !(next.low.open && last.high.open)
    )
  if (next.low.value > last.high.value) return false
  return !(next.low.open && last.high.open)
}

function all<T>(items: readonly (T | undefined)[]): T[] | undefined {
  const kept: T[] = []
  for (const item of items) {
    if (item === undefined) return undefined
    kept.push(item)
  }
  return kept
}
