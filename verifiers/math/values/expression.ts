import type { Rational } from './rational.ts'
import type { Unit } from './units.ts'

/** What was written around a value and taken off it, kept so that the comparison can weigh it. */
export type Mark =
  | { type: 'percent' }
  | { type: 'degree' }
  | { type: 'currency'; code: string }
  | { type: 'unit'; unit: Unit }
  | { type: 'words'; words: string }

export type Bracket = '' | '(' | '[' | '{' | '<'
export type Relation =
  | '='
  | '<'
  | '>'
  | '<='
  | '>='
  | '!='
  | '~'
  | 'in'
  | '->'
  | 'notin'
  | 'subset'
  | 'subseteq'
  | 'supset'
  | 'supseteq'
  | 'parallel'
  | 'perp'
  | 'propto'

/** An answer as it was understood: scalar expressions first, structures after them. */
export type Node =
  /** `written` holds the digits as they stood; `decimals` counts those behind the point, `undefined` for an integer. */
  | { kind: 'number'; value: Rational; written: string; decimals: number | undefined }
  | { kind: 'symbol'; name: string }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'infinity' }
  | { kind: 'negative'; of: Node }
  | { kind: 'sum'; terms: Node[] }
  | { kind: 'product'; factors: Node[] }
  | { kind: 'quotient'; over: Node; under: Node }
  | { kind: 'power'; base: Node; exponent: Node }
  | { kind: 'call'; name: string; args: Node[] }
  /** A function that the text names and does not define, such as `f(x)`. */
  | { kind: 'apply'; name: string; args: Node[] }
  /** `sum` or `product` over a bound variable. */
  | { kind: 'series'; name: string; variable: string; from: Node; to: Node; body: Node }
  | { kind: 'plusminus'; left: Node | undefined; right: Node; sign: 1 | -1 }
  | { kind: 'marked'; mark: Mark; of: Node }
  | { kind: 'based'; digits: string; base: number }
  /** `join` is the word between the items: `or` and `and` matter to inequalities only. */
  | { kind: 'sequence'; open: Bracket; close: ')' | ']' | ''; items: Node[]; join: ',' | ';' | 'and' | 'or' }
  | { kind: 'matrix'; rows: Node[][] }
  | { kind: 'operation'; operator: 'union' | 'intersection' | 'difference'; left: Node; right: Node }
  | { kind: 'relation'; operators: Relation[]; operands: Node[] }
  | { kind: 'ratio'; parts: Node[] }
  | { kind: 'time'; minutes: number; half: 'am' | 'pm' | '' }
  | { kind: 'text'; text: string }

export function isScalar(node: Node): boolean {
  switch (node.kind) {
    case 'sequence':
    case 'matrix':
    case 'operation':
    case 'relation':
    case 'ratio':
    case 'time':
    case 'text':
    case 'plusminus':
    case 'based':
      return false
    case 'marked':
      return isScalar(node.of)
    default:
      return true
  }
}

/** The node's direct parts, in order. */
export function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'negative':
    case 'marked':
      return [node.of]
    case 'sum':
      return node.terms
    case 'product':
      return node.factors
    case 'quotient':
      return [node.over, node.under]
    case 'power':
      return [node.base, node.exponent]
    case 'call':
    case 'apply':
      return node.args
    case 'series':
      return [node.from, node.to, node.body]
    case 'plusminus':
      return node.left === undefined ? [node.right] : [node.left, node.right]
    case 'sequence':
      return node.items
    case 'matrix':
      return node.rows.flat()
    case 'operation':
      return [node.left, node.right]
    case 'relation':
      return node.operands
    case 'ratio':
      return node.parts
    default:
      return []
  }
}

/**
 * The node with other parts in place of its direct ones. A series, a matrix, a set operation and a ratio stay as they are:
 * nobody rewrites inside them.
 */
export function mapChildren(node: Node, of: (part: Node) => Node): Node {
  switch (node.kind) {
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
    case 'plusminus':
      return { ...node, left: node.left && of(node.left), right: of(node.right) }
    case 'sequence':
      return { ...node, items: node.items.map(of) }
    case 'relation':
      return { ...node, operands: node.operands.map(of) }
    default:
      return node
  }
}

/** Names of the free symbols, in order of appearance and without repetition. */
export function symbolsOf(node: Node, found: Set<string> = new Set()): Set<string> {
  if (node.kind === 'symbol') found.add(node.name)
  else for (const child of children(node)) symbolsOf(child, found)
  return found
}

/** Whether any part of the node, itself included, satisfies the test. */
export function some(node: Node, test: (part: Node) => boolean): boolean {
  return test(node) || children(node).some((child) => some(child, test))
}

/** A product with one more factor; a product on the left grows in place, so that long ones cost no copies. */
export function productOf(left: Node, right: Node): Node {
  if (left.kind !== 'product') return { kind: 'product', factors: [left, right] }
  left.factors.push(right)
  return left
}
