import { all, different, unclear, type Context } from '../evaluate/context.ts'
import { withoutEllipsis } from './ellipsis.ts'
import { isName, valueOfRelation } from './relation.ts'
import { isScalar, type Node } from '../values/expression.ts'
import { toMatrix } from '../values/matrix.ts'
import { bothSigns } from '../values/plus-minus.ts'
import type { Outcome } from '../evaluate/scalar.ts'

type SequenceNode = Extract<Node, { kind: 'sequence' }>

/** More items are compared in order only. */
const MAX_UNORDERED = 64

/** Sets, tuples, lists and what can be read as one of them. */
export function compareSequences(gold: Node, answer: Node, context: Context): Outcome {
  const [a, b] = [asSequence(gold), asSequence(answer)].map((side) => side && withoutEllipsis(side))
  if (a === undefined || b === undefined) return compareWithSingle(gold, answer, context)
  const named = compareNamed(a, b, context)
  if (named !== undefined) return named
  const golds = valuesOf(grouped(inOrderOfNames(a, b)), context)
  const answers = valuesOf(grouped(inOrderOfNames(b, a)), context)
  const tuples = isTuple(a) && isTuple(b)
  if (tuples) {
    if (golds.length === 2 && !sameBrackets(a, b)) return different('tuple', 'different_brackets')
    return all(golds, answers, context, 'tuple')
  }
  if (isTuple(a) !== isTuple(b)) {
    const other = isTuple(a) ? b : a
    if (other.open === '{') {
      // `[-1, 0, 1]` is how Python lists a set; two items would be an interval.
      return other === a && b.open === '[' && b.close === ']' && b.items.length !== 2
        ? compareUnordered(distinct(golds, context), distinct(answers, context), 'set', context)
        : different('sequence', 'tuple_against_set')
    }
    // `x = 1 or x = 2` are two values of one name, not one pair.
    if (other.join === 'or' || hasRepeatedName(other))
      return different('sequence', 'tuple_against_alternatives')
    // An interval is more than its two ends.
    if (isTuple(a) && a.open === '[' && golds.length === 2)
      return different('sequence', 'interval_against_list')
    return all(golds, answers, context, 'tuple')
  }
  const sets = a.open === '{' || b.open === '{'
  // Values of different names stand in the order of their names.
  if (!sets && ((namesOf(a)?.size ?? 0) > 1 || (namesOf(b)?.size ?? 0) > 1))
    return all(golds, answers, context, 'list')
  if (
    !sets &&
    a.join !== b.join &&
    (a.join === 'or' || b.join === 'or') &&
    [...golds, ...answers].every(isStatement)
  )
    return a.join === 'and' || b.join === 'and' ? different('list', 'and_or') : unclear('list', 'and_or')
  const ordered = all(golds, answers, context, sets ? 'set' : 'list')
  if (ordered.equal === true || (!sets && context.options.list_order === 'kept')) return ordered
  // Solutions listed twice are one solution; numbers listed twice may be meant so.
  const unique = sets || [...golds, ...answers].every((item) => item.kind === 'sequence')
  const unordered = compareUnordered(
    unique ? distinct(golds, context) : golds,
    unique ? distinct(answers, context) : answers,
    sets ? 'set' : 'list',
    context,
  )
  const asked = !sets && unordered.equal === true && ORDER_ASKED.test(context.prompt)
  return asked ? unclear('list', 'order_may_matter') : unordered
}

/** What a problem says whose answer is an order and not a set. */
const ORDER_ASKED =
  /\b(?:arrange|rank(?:ed|ing)?|sort(?:ed)?|put|list|order(?:ed)?|place|write)\b[^.?!]{0,80}\b(?:order|from (?:the )?\w+ to|ascending|descending|increasing|decreasing|starting with)\b|\bin (?:the |this |that |what |which |their |ascending |descending |increasing |decreasing |alphabetical |chronological )order\b|\brespectively\b|\b(?:ascending|descending|increasing|decreasing|chronological) order\b|\bfrom (?:least|smallest|lightest|shortest|lowest|largest|greatest|heaviest|tallest|highest|first|oldest|youngest) to\b/iu

/** Something that is true or named, and no value: `p`, `x > 1`, words. */
function isStatement(node: Node): boolean {
  return node.kind === 'symbol' || node.kind === 'text' || node.kind === 'apply'
}

/** `p = 5, q = 2, p = 7, q = 2` is two pairs. */
function grouped(node: SequenceNode): SequenceNode {
  const names = node.items.map((item) =>
    item.kind === 'relation' && item.operands[0]?.kind === 'symbol' ? item.operands[0].name : undefined,
  )
  const period = names.indexOf(names[0], 1)
  if (names[0] === undefined || period < 2 || names.length % period !== 0) return node
  if (names.some((name, at) => name === undefined || name !== names[at % period])) return node
  const items: Node[] = []
  for (let at = 0; at < node.items.length; at += period) {
    items.push({ kind: 'sequence', open: '', close: '', items: node.items.slice(at, at + period), join: ',' })
  }
  return { ...node, items }
}

function asSequence(node: Node): SequenceNode | undefined {
  if (node.kind === 'sequence') return node
  if (node.kind !== 'matrix') return undefined
  const matrix = toMatrix(node)
  if (matrix === undefined) return undefined
  const vector =
    matrix.rows.length === 1
      ? matrix.rows[0]
      : matrix.rows.every((row) => row.length === 1)
        ? matrix.rows.flat()
        : undefined
  if (vector !== undefined) return { kind: 'sequence', open: '(', close: ')', items: vector, join: ',' }
  const rows = matrix.rows.map((row): Node => ({
    kind: 'sequence',
    open: '[',
    close: ']',
    items: row,
    join: ',',
  }))
  return { kind: 'sequence', open: '[', close: ']', items: rows, join: ',' }
}

function isTuple(node: SequenceNode): boolean {
  return node.open === '(' || node.open === '[' || node.open === '<'
}

function sameBrackets(a: SequenceNode, b: SequenceNode): boolean {
  return (
    roundOf(a.open) === roundOf(b.open) &&
    (a.close === '' ? ')' : a.close) === (b.close === '' ? ')' : b.close)
  )
}

/** Angle brackets and the ends of bare lists are open. */
function roundOf(bracket: string): string {
  return bracket === '<' || bracket === '' ? '(' : bracket
}

/** One value against several. */
function compareWithSingle(gold: Node, answer: Node, context: Context): Outcome {
  const list = asSequence(answer)
  const single = list?.items[0]
  if (list !== undefined && list.items.length === 1 && single !== undefined)
    return isSetOfSet(list) ? different('set', 'different_type') : context.compare(gold, single, context)
  if (list !== undefined && isAlternatives(list)) {
    const repeated = all(
      list.items.map(() => gold),
      list.items,
      context,
      'list',
    )
    if (repeated.equal === true) return repeated
  }
  if (list !== undefined && list.open === '' && isScalar(gold)) {
    // `128 children and 150 adults` for 128: the reference does not say which of them was asked for.
    const worded = list.items.filter(
      (item) => item.kind === 'marked' && (item.mark.type === 'words' || item.mark.type === 'unit'),
    )
    if (worded.length > 1 && list.items.some((item) => context.compare(gold, item, context).equal === true)) {
      return unclear('list', 'underspecified_gold')
    }
  }
  const golds = asSequence(gold)
  const only = golds?.items[0]
  if (golds !== undefined && golds.items.length === 1 && only !== undefined && list === undefined)
    return isSetOfSet(golds) ? different('set', 'different_type') : context.compare(only, answer, context)
  if (golds !== undefined && isAlternatives(golds)) {
    const repeated = all(
      golds.items,
      golds.items.map(() => answer),
      context,
      'list',
    )
    if (repeated.equal === true) return repeated
  }
  return different('sequence', 'different_type')
}

function isSetOfSet(node: SequenceNode): boolean {
  const [item] = node.items
  return node.open === '{' && item?.kind === 'sequence' && item.open === '{'
}

/** `1/2 or 0.5`: one value in several spellings, where all of them are equal. */
function isAlternatives(node: SequenceNode): boolean {
  return node.open === '' && node.join === 'or' && node.items.length > 1
}

/** `x = 1, y = 2` against `y = 2, x = 1`: by name where both sides name every item differently. */
function compareNamed(gold: SequenceNode, answer: SequenceNode, context: Context): Outcome | undefined {
  const a = namesOf(gold)
  const b = namesOf(answer)
  if (a === undefined || b === undefined || a.size !== b.size) return undefined
  if ([...a.keys()].some((name) => !b.has(name))) return undefined
  const keys = [...a.keys()]
  const values = (items: ReadonlyMap<string, Node>): Node[] => keys.flatMap((key) => items.get(key) ?? [])
  return all(values(a), values(b), context, 'assignments')
}

function hasRepeatedName(node: SequenceNode): boolean {
  const names = grouped(node).items.map((item) =>
    item.kind === 'relation' && item.operands[0]?.kind === 'symbol' ? item.operands[0].name : '',
  )
  return names.length > 1 && names[0] !== '' && names.every((name) => name === names[0])
}

/** `y = 1, x = 2` against values without names stands for `x = 2, y = 1`. */
function inOrderOfNames(node: SequenceNode, other: SequenceNode): SequenceNode {
  const names = namesOf(node)
  if (names === undefined || names.size < 2 || namesOf(other) !== undefined) return node
  const keys = [...names.keys()]
  if (!keys.every((key) => /^(?:[a-z](?:_\w+)?|part \w+)$/u.test(key))) return node
  const sorted = keys.toSorted()
  // Only letters that follow each other, such as x, y and z, have an order of their own.
  const [first = ''] = sorted
  const run = sorted.every((key, at) => key.length > 1 || key.charCodeAt(0) === first.charCodeAt(0) + at)
  if (!run) return node
  return { ...node, items: sorted.flatMap((key) => node.items[keys.indexOf(key)] ?? []) }
}

function namesOf(node: SequenceNode): Map<string, Node> | undefined {
  const names = new Map<string, Node>()
  for (const item of node.items) {
    if (item.kind !== 'relation' || item.operators.length !== 1 || item.operators[0] !== '=') return undefined
    const [name, value] = item.operands
    const key = name === undefined ? undefined : keyOf(name)
    if (key === undefined || value === undefined || names.has(key)) return undefined
    names.set(key, value)
  }
  return names.size === 0 ? undefined : names
}

/** A symbol, or a function of numbers and capitals such as `f(0)` and `P(A)`. */
function keyOf(name: Node): string | undefined {
  if (name.kind === 'symbol') return name.name
  if (name.kind === 'text') return name.text.toLowerCase().replace(/^the /u, '')
  if (name.kind !== 'apply') return undefined
  const parts = name.args.map((part) =>
    part.kind === 'number'
      ? `${part.value.num}/${part.value.den}`
      : part.kind === 'symbol' && /^\p{Lu}/u.test(part.name)
        ? part.name
        : undefined,
  )
  return parts.includes(undefined) ? undefined : `${name.name}(${parts.join(',')})`
}

/** Items with their names taken off and both signs of a plus-minus written out. */
function valuesOf(node: SequenceNode, context: Context): Node[] {
  const values: Node[] = []
  for (const item of node.items) {
    const first = item.kind === 'relation' ? item.operands[0] : undefined
    const value =
      item.kind === 'relation' && first !== undefined && isName(first)
        ? (valueOfRelation(item, undefined, context.budget) ?? item)
        : item
    const signs =
      node.open === '(' || node.open === '[' || value.kind === 'sequence' || value.kind === 'relation'
        ? undefined
        : bothSigns(value)
    if (signs !== undefined) {
      values.push(...signs)
    } else if (value.kind === 'sequence' && value.open === '' && node.open === '{')
      values.push(...value.items)
    else values.push(value)
  }
  return values
}

function distinct(items: readonly Node[], context: Context): Node[] {
  if (items.length > MAX_UNORDERED) return [...items]
  const kept: Node[] = []
  for (const item of items) {
    if (!kept.some((other) => context.compare(other, item, context).equal === true)) kept.push(item)
  }
  return kept
}

function compareUnordered(
  golds: readonly Node[],
  answers: readonly Node[],
  path: string,
  context: Context,
): Outcome {
  if (golds.length !== answers.length) return different(path, 'different_size')
  if (golds.length > MAX_UNORDERED) return unclear(path, 'too_many_items')
  const left = [...answers]
  let open = false
  for (const gold of golds) {
    let found = -1
    for (const [at, answer] of left.entries()) {
      const outcome = context.compare(gold, answer, context)
      if (outcome.equal === true) {
        found = at
        break
      }
      open ||= outcome.equal === undefined
    }
    if (found < 0) return open ? unclear(path, 'item_undecided') : different(path, 'different_item')
    left.splice(found, 1)
  }
  return { equal: true, path, reason: '' }
}
