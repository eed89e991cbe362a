import { spend } from '../values/budget.ts'
import { compareBased } from './based.ts'
import { compareMarked } from './marked.ts'
import { compareParameters, withSameParameter } from './parameter.ts'
import { compareRelations, valueOfRelation } from './relation.ts'
import { compareSequences } from './sequence.ts'
import { compareSets, isSolutionSet } from './set.ts'
import { compareTexts } from './text.ts'
import { all, different, infinitySign, unclear, type Context } from '../evaluate/context.ts'
import { countsOf } from '../values/counting.ts'
import { children, isScalar, symbolsOf, type Node } from '../values/expression.ts'
import { toMatrix } from '../values/matrix.ts'
import { componentsOf, hasUnitVectors, toTuple } from '../values/vector.ts'
import { bothSigns } from '../values/plus-minus.ts'
import { roundsTo } from '../evaluate/rounding.ts'
import { compareScalars, type Outcome } from '../evaluate/scalar.ts'

/**
 * Whether an answer says the same as the reference. Types decide first, and one type becomes another only by the
 * conversions named here: relation to value or interval, vector to tuple, plus-minus to two values, ratio to quotient.
 * Not symmetric in one respect: a reference that is a value accepts an equation that ends in it, a reference that is an
 * equation does not accept one side of it.
 */
export function compareNodes(gold: Node, answer: Node, context: Context): Outcome {
  spend(context.budget, 5)
  const stated = compareParameters(gold, answer, context)
  if (stated !== undefined) return stated
  const [a, b] = sameSpace(reduce(gold), reduce(answer))
  const moduli = compareModuli(a, b)
  if (moduli !== undefined) return moduli
  if (a.kind === 'relation' && b.kind === 'relation') return compareRelations(a, b, context)
  if (isSolutionSet(a) || isSolutionSet(b)) {
    const sets = compareSets(a, b, context)
    if (sets !== undefined) return sets
  }
  if (a.kind === 'relation' || b.kind === 'relation') return compareWithRelation(a, b, context)
  if (a.kind === 'marked' || b.kind === 'marked') return compareMarked(a, b, context)
  if (a.kind === 'text' || b.kind === 'text') {
    // Words of a sentence may still say the number.
    const sentence = [a, b].some((side) => side.kind === 'text' && side.text.split(' ').length > 2)
    const value = [a, b].some((side) => isScalar(side) && symbolsOf(side).size === 0)
    return sentence && value ? unclear('text', 'answer_not_understood') : compareTexts(a, b)
  }
  if (a.kind === 'sequence' || b.kind === 'sequence')
    return compareSequences(withoutPointName(a), withoutPointName(b), context)
  if (a.kind === 'matrix' || b.kind === 'matrix') return compareMatrices(a, b, context)
  if (a.kind === 'ratio' || b.kind === 'ratio' || a.kind === 'time' || b.kind === 'time')
    return compareRatios(a, b, context)
  if (a.kind === 'based' || b.kind === 'based') return compareBased(a, b)
  if (isScalar(a) && isScalar(b)) {
    const outcome = compareInfinite(a, b) ?? compareScalars(a, b, context.budget)
    const rounded =
      outcome.equal === false &&
      context.options.rounding === 'gold' &&
      symbolsOf(b).size === 0 &&
      roundsTo(a, b, context.budget)
    if (rounded) return { equal: true, path: 'rounding', reason: 'rounds_to_gold' }
    return outcome.equal === true ? outcome : (compareOtherwise(a, b, context) ?? outcome)
  }
  return different('type', 'different_type')
}

/** Scalars that differ as they stand: counts in the letters of combinatorics, and another letter for any integer. */
function compareOtherwise(gold: Node, answer: Node, context: Context): Outcome | undefined {
  const counts = [countsOf(gold, answer), countsOf(answer, gold)]
  if (counts.some((node) => node !== undefined)) {
    const counted = compareScalars(counts[0] ?? gold, counts[1] ?? answer, context.budget)
    // A reference such as `C(5,2)` may be a point.
    return counted.equal === true && gold.kind === 'apply' ? unclear('count', 'count_or_point') : counted
  }
  const renamed = withSameParameter(gold, answer)
  return renamed === undefined ? undefined : compareScalars(gold, renamed, context.budget)
}

/** Two residues are the same of the same modulus only; one modulus may go without saying. */
function compareModuli(gold: Node, answer: Node): Outcome | undefined {
  const [a, b] = [modulusOf(gold), modulusOf(answer)]
  if (a === undefined || b === undefined || a === b) return undefined
  return /^\d+$/u.test(a) && /^\d+$/u.test(b)
    ? different('modulus', 'different_modulus')
    : unclear('modulus', 'different_modulus')
}

function modulusOf(node: Node): string | undefined {
  if (node.kind === 'relation') {
    const last = node.operands.at(-1)
    return last === undefined ? undefined : modulusOf(last)
  }
  if (node.kind !== 'marked') return undefined
  const found = node.mark.type === 'words' ? /^mod (.+)$/u.exec(node.mark.words) : null
  return found?.[1] ?? modulusOf(node.of)
}

/** `P(3,4)` is the point at (3,4). */
function withoutPointName(node: Node): Node {
  return node.kind === 'apply' && /^\p{Lu}$/u.test(node.name) && node.args.length > 1
    ? { kind: 'sequence', open: '(', close: ')', items: node.args, join: ',' }
    : node
}

/** Rewrites that need no other side: single items, both signs of plus-minus, matrix arithmetic. */
function reduce(node: Node): Node {
  if (node.kind === 'sequence' && node.items.length === 1 && node.open !== '(') {
    const [item] = node.items
    // The set of a set is not that set.
    if (item !== undefined && !(node.open === '{' && isSet(item))) return reduce(item)
  }
  if (node.kind === 'relation' && node.operators.includes('->')) {
    // A derivation says what its last step says.
    const from = node.operators.lastIndexOf('->') + 1
    const operands = node.operands.slice(from)
    const [only] = operands
    if (only !== undefined)
      return operands.length === 1
        ? reduce(only)
        : { kind: 'relation', operators: node.operators.slice(from), operands }
  }
  const named = namedTuple(node)
  if (named !== undefined) return named
  if (node.kind === 'text') return setInWords(node.text) ?? node
  const tuple = node.kind === 'sequence' && (node.open === '(' || node.open === '[')
  if (isCalculation(node) || tuple) {
    const items = bothSigns(node)
    if (items !== undefined) return { kind: 'sequence', open: '', close: '', items, join: ',' }
  }
  if (node.kind !== 'matrix' && containsMatrix(node)) return toMatrix(node) ?? node
  if (node.kind === 'product' || node.kind === 'sum' || node.kind === 'negative' || node.kind === 'quotient')
    return toTuple(node) ?? node
  return node
}

/** Unit vectors against a tuple or a column are components of that many dimensions. */
function sameSpace(gold: Node, answer: Node): readonly [Node, Node] {
  const [a, b] = [dimensionsOf(gold), dimensionsOf(answer)]
  if (b !== undefined && isScalar(gold) && hasUnitVectors(gold))
    return [componentsOf(gold, b) ?? gold, answer]
  if (a !== undefined && isScalar(answer) && hasUnitVectors(answer))
    return [gold, componentsOf(answer, a) ?? answer]
  return [gold, answer]
}

function dimensionsOf(node: Node): number | undefined {
  if (node.kind === 'sequence') return node.open === '{' ? undefined : node.items.length
  if (node.kind !== 'matrix') return undefined
  return node.rows.length === 1 ? node.rows[0]?.length : node.rows.length
}

/** `(a,b) = (1,2)` is `a = 1, b = 2`. */
function namedTuple(node: Node): Node | undefined {
  if (node.kind !== 'relation' || node.operators.length !== 1 || node.operators[0] !== '=') return undefined
  const [names, values] = node.operands
  if (names?.kind !== 'sequence' || values?.kind !== 'sequence' || names.items.length !== values.items.length)
    return undefined
  if (values.open === '{' || !names.items.every((name) => name.kind === 'symbol')) return undefined
  const items = names.items.map((name, at): Node => ({
    kind: 'relation',
    operators: ['='],
    operands: [name, values.items[at] ?? name],
  }))
  return items.length < 2 ? undefined : { kind: 'sequence', open: '', close: '', items, join: ',' }
}

function isSet(node: Node): boolean {
  return node.kind === 'sequence' && node.open === '{'
}

/** Sets that are usually written in words. */
function setInWords(text: string): Node | undefined {
  const plain = text.toLowerCase().replace(/^the /u, '')
  if (/^(?:all )?(?:reals|real numbers)$/u.test(plain)) {
    const high: Node = { kind: 'constant', name: 'infinity' }
    return {
      kind: 'sequence',
      open: '(',
      close: ')',
      items: [{ kind: 'negative', of: high }, high],
      join: ',',
    }
  }
  const empty = /^(?:no (?:real )?solutions?|empty set)$/u.test(plain)
  return empty ? { kind: 'sequence', open: '{', close: '', items: [], join: ',' } : undefined
}

function isCalculation(node: Node): boolean {
  return node.kind === 'plusminus' || node.kind === 'marked' || (isScalar(node) && children(node).length > 0)
}

function containsMatrix(node: Node): boolean {
  return (
    (node.kind === 'sum' ||
      node.kind === 'product' ||
      node.kind === 'negative' ||
      node.kind === 'quotient') &&
    children(node).some((child) => child.kind === 'matrix' || containsMatrix(child))
  )
}

function compareWithRelation(gold: Node, answer: Node, context: Context): Outcome {
  if (gold.kind === 'relation') {
    const value = valueOfRelation(gold, undefined, context.budget)
    return value === undefined
      ? different('relation', 'relation_against_value')
      : compareNodes(value, answer, context)
  }
  if (answer.kind !== 'relation') return different('type', 'different_type')
  const value = valueOfRelation(answer, gold, context.budget)
  return value === undefined
    ? different('relation', 'value_against_relation')
    : compareNodes(gold, value, context)
}

function compareMatrices(gold: Node, answer: Node, context: Context): Outcome {
  if (gold.kind !== 'matrix' || answer.kind !== 'matrix') return different('type', 'different_type')
  if (gold.rows.length !== answer.rows.length || gold.rows[0]?.length !== answer.rows[0]?.length) {
    return different('matrix', 'different_size')
  }
  return all(gold.rows.flat(), answer.rows.flat(), context, 'matrix')
}

function compareRatios(gold: Node, answer: Node, context: Context): Outcome {
  if (isBareHour(gold, answer) || isBareHour(answer, gold))
    return { equal: true, path: 'time', reason: 'bare_hour' }
  if (gold.kind === 'time' || answer.kind === 'time') return compareTimes(gold, answer)
  if (gold.kind === 'ratio' && answer.kind === 'ratio') {
    if (gold.parts.length !== answer.parts.length) return different('ratio', 'different_size')
    const exact = all(gold.parts, answer.parts, context, 'ratio')
    if (exact.equal === true) return exact
    // 10:20 and 5:10 are the same ratio and different times of day.
    if (looksLikeTime(gold) && looksLikeTime(answer)) return clockOutcome(gold, answer)
    const [g, a] = [gold.parts[0], answer.parts[0]]
    if (g === undefined || a === undefined) return exact
    for (const [at, part] of gold.parts.entries()) {
      const other = answer.parts[at]
      if (other === undefined || at === 0) continue
      const cross = compareNodes(
        { kind: 'product', factors: [g, other] },
        { kind: 'product', factors: [a, part] },
        context,
      )
      if (cross.equal !== true) return { ...cross, path: 'ratio' }
    }
    return { equal: true, path: 'ratio', reason: 'proportional' }
  }
  const [ratio, other, ratioIsGold] = gold.kind === 'ratio' ? [gold, answer, true] : [answer, gold, false]
  if (ratio.kind !== 'ratio' || ratio.parts.length !== 2 || !isScalar(other))
    return different('type', 'different_type')
  const [over, under] = ratio.parts
  if (over === undefined || under === undefined) return different('type', 'different_type')
  const quotient: Node = { kind: 'quotient', over, under }
  return ratioIsGold ? compareNodes(quotient, other, context) : compareNodes(other, quotient, context)
}

/** `3` for `3:00` and `3:00 p.m.`. */
function isBareHour(hour: Node, time: Node): boolean {
  if (hour.kind !== 'number' || hour.value.den !== 1n || hour.decimals !== undefined) return false
  const minutes = minutesOf(time)
  return (
    minutes !== undefined &&
    hour.value.num > 0n &&
    hour.value.num <= 24n &&
    (Number(hour.value.num) % 12) * 60 === minutes
  )
}

/** Two clock-like ratios: 12:00 and 1:00 differ; 10:20 and 5:10 could be ratios. */
function clockOutcome(gold: Node, answer: Node): Outcome {
  const proportional = minutesOf(gold) !== undefined && crossEqual(gold, answer)
  return proportional ? unclear('ratio', 'time_or_ratio') : different('ratio', 'different_value')
}

function crossEqual(a: Node, b: Node): boolean {
  if (a.kind !== 'ratio' || b.kind !== 'ratio') return false
  const [w, x, y, z] = [...a.parts, ...b.parts].map((part) => (part.kind === 'number' ? part.value.num : 0n))
  return (
    w !== undefined &&
    x !== undefined &&
    y !== undefined &&
    z !== undefined &&
    x * z !== 0n &&
    w * z === x * y
  )
}

function looksLikeTime(node: Node): boolean {
  return minutesOf(node) !== undefined
}

function minutesOf(node: Node): number | undefined {
  if (node.kind === 'time') return node.minutes
  if (node.kind !== 'ratio' || node.parts.length !== 2) return undefined
  const [hours, minutes] = node.parts
  if (hours?.kind !== 'number' || minutes?.kind !== 'number' || minutes.written.length !== 2) return undefined
  if (
    hours.decimals !== undefined ||
    minutes.decimals !== undefined ||
    hours.value.num > 24n ||
    minutes.value.num > 59n
  )
    return undefined
  return (Number(hours.value.num) % 12) * 60 + Number(minutes.value.num)
}

function halfOfDay(node: Node): string {
  if (node.kind === 'time') return node.half
  const hours = node.kind === 'ratio' ? node.parts[0] : undefined
  return hours?.kind === 'number' && hours.value.num > 12n ? 'pm' : ''
}

/** Times of day; a missing `am` or `pm` is forgiven, a different one is not. */
function compareTimes(gold: Node, answer: Node): Outcome {
  const a = minutesOf(gold)
  const b = minutesOf(answer)
  if (a === undefined || b === undefined) return different('time', 'different_type')
  const halves = [gold, answer].map(halfOfDay)
  if (halves[0] !== '' && halves[1] !== '' && halves[0] !== halves[1])
    return different('time', 'different_half_of_day')
  return a === b ? { equal: true, path: 'time', reason: '' } : different('time', 'different_value')
}

/** Infinity has no value to sample: it is equal to itself with the same sign and to nothing else. */
function compareInfinite(gold: Node, answer: Node): Outcome | undefined {
  const a = infinitySign(gold)
  const b = infinitySign(answer)
  if (a === 0 && b === 0) return undefined
  return a === b ? { equal: true, path: 'infinity', reason: '' } : different('infinity', 'different_value')
}
