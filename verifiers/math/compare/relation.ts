import { all, different, type Context } from '../evaluate/context.ts'
import type { Budget } from '../values/budget.ts'
import { compareByFactor, type Link } from './factor.ts'
import { compareFigures } from './figures.ts'
import { compareSets } from './set.ts'
import { isScalar, mapChildren, symbolsOf, type Node, type Relation } from '../values/expression.ts'
import { isZero, type Outcome } from '../evaluate/scalar.ts'

type RelationNode = Extract<Node, { kind: 'relation' }>
type ApplyNode = Extract<Node, { kind: 'apply' }>

/** Two relations: definitions of the same name, the same equation up to a factor, the same inequality, the same set. */
export function compareRelations(gold: RelationNode, answer: RelationNode, context: Context): Outcome {
  const figures = compareFigures(gold, answer)
  if (figures !== undefined) return figures
  const definitions = compareDefinitions(gold, answer, context)
  if (definitions?.equal === true || definitions?.reason === 'different_argument') return definitions
  // The difference of two sides knows no marks: units and directions that differ have to speak first.
  if (definitions?.equal === false && definitions.path === 'unit') return definitions
  const chains = compareChains(gold, answer, context)
  if (chains.equal === true) return chains
  if (!gold.operators.every(isEquality) || !answer.operators.every(isEquality)) {
    const sets = compareSets(gold, answer, context)
    if (sets !== undefined && sets.equal !== undefined) return sets
  }
  return definitions ?? chains
}

/**
 * What a relation says about a single value: the right side of `x = 5`, `f(x) = 5`, `x \in S`, the end of a chain of
 * equations. `undefined` where it is more than a value with a name. With the other side at hand, an equation that ends
 * in a number is also taken at its end, unless the number is zero.
 */
export function valueOfRelation(
  node: RelationNode,
  other: Node | undefined,
  budget: Budget,
): Node | undefined {
  const [first] = node.operands
  const [operator] = node.operators
  if (first === undefined || operator === undefined) return undefined
  if (operator === 'in' && node.operators.length === 1) return isName(first) ? node.operands[1] : undefined
  if (!node.operators.every(isEquality)) return undefined
  const exact = node.operators.indexOf('~')
  // `x \approx 11` has nothing more exact to offer, `1/3 \approx 0.33` has.
  const last = exact < 0 || (exact === 0 && isName(first)) ? node.operands.at(-1) : node.operands[exact]
  if (last === undefined) return undefined
  if (isName(first) || !isScalar(first)) return isName(first) ? last : undefined
  // `5 = x` says the same as `x = 5`.
  if (node.operands.length === 2 && last.kind === 'symbol' && symbolsOf(first).size === 0) return first
  if (node.operands.length > 2) return last
  if (exact === 0) return first
  if (other === undefined) return undefined
  if (isLowerCaseProduct(first)) return last
  const constant = symbolsOf(other).size === 0 && symbolsOf(last).size === 0
  return constant && isZero(last, budget) === false ? last : undefined
}

function isEquality(operator: Relation): boolean {
  return operator === '=' || operator === '~'
}

/** Something that only names a value: a symbol, `f(x)`, `|AB|`, `AB`, `\frac{NO}{BO}`, `S_1 : S`, `(p, q)`, words. */
export function isName(node: Node): boolean {
  switch (node.kind) {
    case 'symbol':
    case 'apply':
    case 'text':
      return true
    case 'constant':
      return node.name === 'e' || node.name === 'i'
    case 'call':
      return node.name === 'abs' && node.args.every(isName)
    case 'product':
      // `m \\angle A` names an angle, `AB` a side.
      return node.factors.every((factor, at) =>
        factor.kind === 'symbol'
          ? /^\p{Lu}/u.test(factor.name) || node.factors[at + 1]?.kind === 'apply'
          : factor.kind === 'apply' && at > 0,
      )
    case 'quotient':
      return (
        (isName(node.over) && isName(node.under)) || (isDifferential(node.over) && isDifferential(node.under))
      )
    case 'ratio':
      return node.parts.every(isName)
    case 'sequence':
      return node.items.length > 0 && node.items.every(isName)
    case 'marked':
      return isName(node.of)
    default:
      return false
  }
}

/** `dy` and `dx` in a derivative. */
function isDifferential(node: Node): boolean {
  const [first] = node.kind === 'product' ? node.factors : []
  return first?.kind === 'symbol' && first.name === 'd' && isLowerCaseProduct(node)
}

function isLowerCaseProduct(node: Node): boolean {
  return node.kind === 'product' && node.factors.every((factor) => factor.kind === 'symbol')
}

/** `f(x) = …` against `f(t) = …`, `y = …` against `y = …`, `S = …` against `S = …`. */
function compareDefinitions(gold: RelationNode, answer: RelationNode, context: Context): Outcome | undefined {
  const [a, b] = [gold.operands[0], answer.operands[0]]
  if (
    a === undefined ||
    b === undefined ||
    !gold.operators.every(isEquality) ||
    !answer.operators.every(isEquality)
  )
    return undefined
  if (!isName(a) || !isName(b)) return undefined
  const left = valueOfRelation(gold, undefined, context.budget)
  const right = valueOfRelation(answer, undefined, context.budget)
  if (left === undefined || right === undefined) return undefined
  if (a.kind === 'apply' && b.kind === 'apply') {
    if (a.name !== b.name || a.args.length !== b.args.length) return undefined
    if (areFree(a.args) && areFree(b.args))
      return context.compare(left, renameArguments(right, b.args, a.args), context)
    const same = sameVertex(a, b) ? all(a.args, b.args, context, 'relation') : undefined
    return same?.equal === true
      ? context.compare(left, right, context)
      : different('relation', 'different_argument')
  }
  // `m \\angle ABC` is a product with the angle as its last factor.
  const [c, d] = [a, b].map((name) => (name.kind === 'product' ? name.factors.at(-1) : undefined))
  if (c?.kind === 'apply' && d?.kind === 'apply' && !sameVertex(c, d))
    return different('relation', 'different_argument')
  const names = context.compare(a, b, context)
  if (names.equal !== true) {
    // A long left side such as `\text{area}` may be worded in any way; symbols may not.
    return a.kind === 'text' || b.kind === 'text' ? context.compare(left, right, context) : undefined
  }
  return context.compare(left, right, context)
}

/** Distinct lower-case symbols: any others would do. Numbers and capitals say of what the value is. */
function areFree(args: readonly Node[]): boolean {
  const names = args.map((node) =>
    node.kind === 'symbol' && /^\p{Ll}(?:_\d+)?$/u.test(node.name) ? node.name : undefined,
  )
  return !names.includes(undefined) && new Set(names).size === names.length
}

/** The letters of an angle commute, except that the middle one is where it is. */
function sameVertex(a: ApplyNode, b: ApplyNode): boolean {
  if (!a.name.endsWith('angle') || a.name === 'triangle') return true
  const [one, other] = [a, b].map(({ args: [of] }) =>
    of?.kind === 'product' && of.factors.length === 3 ? of.factors[1] : undefined,
  )
  return one?.kind !== 'symbol' || other?.kind !== 'symbol' || one.name === other.name
}

function renameArguments(body: Node, from: readonly Node[], to: readonly Node[]): Node {
  const names = new Map<string, Node>()
  for (const [at, node] of from.entries()) {
    const target = to[at]
    if (node.kind === 'symbol' && target !== undefined) names.set(node.name, target)
  }
  return substitute(body, names)
}

/** The node with other parts in place of its symbols. */
export function substitute(node: Node, names: ReadonlyMap<string, Node>): Node {
  if (node.kind === 'symbol') return names.get(node.name) ?? node
  return mapChildren(node, (part) => substitute(part, names))
}

function compareChains(gold: RelationNode, answer: RelationNode, context: Context): Outcome {
  const a = linksOf(gold)
  const b = linksOf(answer)
  if (a.length !== b.length) return different('relation', 'different_relation')
  const straight = compareLinks(a, b, context)
  if (straight.equal === true || a.length === 1) return straight
  const turned = compareLinks(a, b.toReversed(), context)
  return turned.equal === true ? turned : straight
}

const TURNED: Partial<Record<Relation, Relation>> = {
  '>': '<',
  '>=': '<=',
  supset: 'subset',
  supseteq: 'subseteq',
}
const SYMMETRIC: ReadonlySet<Relation> = new Set(['=', '!=', '~', 'parallel', 'perp'])
/** Relations that say nothing about the difference of their sides. */
const NOT_ALGEBRAIC: ReadonlySet<Relation> = new Set([
  'in',
  '->',
  'notin',
  'subset',
  'subseteq',
  'parallel',
  'perp',
  'propto',
])

function linksOf(node: RelationNode): Link[] {
  const links: Link[] = []
  for (const [at, operator] of node.operators.entries()) {
    const left = node.operands[at]
    const right = node.operands[at + 1]
    if (left === undefined || right === undefined) continue
    const turned = TURNED[operator]
    if (turned !== undefined) links.push({ operator: turned, left: right, right: left })
    else links.push({ operator, left, right })
  }
  return links
}

function compareLinks(golds: readonly Link[], answers: readonly Link[], context: Context): Outcome {
  for (const [at, gold] of golds.entries()) {
    const answer = answers[at]
    if (answer === undefined || gold.operator !== answer.operator)
      return different('relation', 'different_relation')
    const outcome = compareLink(gold, answer, context)
    if (outcome.equal !== true) return outcome
  }
  return { equal: true, path: 'relation', reason: '' }
}

function compareLink(gold: Link, answer: Link, context: Context): Outcome {
  const same = all([gold.left, gold.right], [answer.left, answer.right], context, 'relation')
  if (same.equal === true) return same
  const symmetric = SYMMETRIC.has(gold.operator)
  if (symmetric) {
    const swapped = all([gold.left, gold.right], [answer.right, answer.left], context, 'relation')
    if (swapped.equal === true) return swapped
  }
  if (NOT_ALGEBRAIC.has(gold.operator)) return same
  return compareByFactor(gold, answer, symmetric, context.budget)
}
