import { substitute } from './relation.ts'
import { different, type Context } from '../evaluate/context.ts'
import { some, symbolsOf, type Node } from '../values/expression.ts'
import type { Outcome } from '../evaluate/scalar.ts'

/** What is said for every integer, the name of that integer, and the set it is taken from. */
type Family = { of: Node; name: string; set: string }

/**
 * Answers of which at least one ends in `k \in \mathbb{Z}`: compared without it and with one name for the integer;
 * `undefined` where neither does.
 */
export function compareParameters(gold: Node, answer: Node, context: Context): Outcome | undefined {
  const a = familyOf(gold)
  const b = familyOf(answer)
  if (a === undefined && b === undefined) return undefined
  if (a !== undefined && b !== undefined && a.set !== b.set)
    return different('parameter', 'different_set_of_integers')
  const set = a?.set ?? b?.set
  // Without a word about it the parameter runs over all integers.
  if (set !== 'set Z' && (a === undefined || b === undefined)) return undefined
  const from = b?.name ?? parameterOf(answer)
  const to = a?.name ?? parameterOf(gold)
  if (from === undefined || to === undefined) return different('parameter', 'missing_parameter')
  const renamed = rename(b?.of ?? answer, from, to)
  return renamed === undefined
    ? different('parameter', 'different_symbols')
    : context.compare(a?.of ?? gold, renamed, context)
}

/** The answer with the reference's letter for any integer, where both are angles with a period such as `\pi/4 + k\pi`. */
export function withSameParameter(gold: Node, answer: Node): Node | undefined {
  const [to, from] = [parameterOf(gold), parameterOf(answer)]
  if (from === undefined || to === undefined || from === to) return undefined
  return isPeriodic(gold, to) && isPeriodic(answer, from) ? rename(answer, from, to) : undefined
}

function familyOf(node: Node): Family | undefined {
  if (node.kind !== 'sequence' || node.open !== '' || node.items.length < 2) return undefined
  const last = node.items.at(-1)
  if (last?.kind !== 'relation' || last.operators.length !== 1 || last.operators[0] !== 'in') return undefined
  const [name, set] = last.operands
  if (name?.kind !== 'symbol' || set?.kind !== 'symbol' || !/^set [ZN]$/u.test(set.name)) return undefined
  const items = node.items.slice(0, -1)
  const [only] = items
  const of = items.length === 1 && only !== undefined ? only : { ...node, items }
  return symbolsOf(of).has(name.name) ? { of, name: name.name, set: set.name } : undefined
}

/** The one letter of a node that usually stands for any integer. */
function parameterOf(node: Node): string | undefined {
  const names = [...symbolsOf(node)].filter((name) => /^[knm]$/u.test(name))
  return names.length === 1 ? names[0] : undefined
}

function rename(node: Node, from: string, to: string): Node | undefined {
  if (from === to) return node
  return symbolsOf(node).has(to)
    ? undefined
    : substitute(node, new Map([[from, { kind: 'symbol', name: to }]]))
}

/** A sum of angles of which the parameter stands in one and nothing else is unknown. */
function isPeriodic(node: Node, parameter: string): boolean {
  if (node.kind !== 'sum' || symbolsOf(node).size !== 1) return false
  const periods = node.terms.filter((term) => symbolsOf(term).has(parameter))
  return periods.length === 1 && node.terms.every((term) => some(term, isAngle))
}

function isAngle(node: Node): boolean {
  return (
    (node.kind === 'constant' && node.name === 'pi') ||
    (node.kind === 'marked' && node.mark.type === 'degree') ||
    (node.kind === 'call' && node.name.startsWith('arc'))
  )
}
