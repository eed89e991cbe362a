import { substitute } from './relation.ts'
import { some, symbolsOf, type Node } from '../values/expression.ts'

/** Letters of arbitrary constants, such as that of integration. */
const CONSTANT = /^(?:[CKcADB]|[Cc]_\d)$/u
/** Letters for any integer. */
const INTEGER = /^[knmtlj]$/u

/**
 * The answer with the letters of the reference for arbitrary constants, `+K` for `+C`, and for any integer, `6n + 1` for
 * `6k + 1`; `undefined` where nothing has to be renamed, or where a letter is given by the problem.
 */
export function withSameLetters(gold: Node, answer: Node, prompt: string): Node | undefined {
  const [a, b] = [symbolsOf(gold), symbolsOf(answer)]
  const own = [...a].filter((name) => !b.has(name))
  const other = [...b].filter((name) => !a.has(name))
  if (own.length === 0 || own.length !== other.length || own.length > 2) return undefined
  if ([...own, ...other].some((name) => isGiven(name, prompt))) return undefined
  const constants = own.every((name) => CONSTANT.test(name)) && other.every((name) => CONSTANT.test(name))
  const varies = [...a].some((name) => b.has(name) && /^\p{Ll}/u.test(name))
  const calculated =
    gold.kind === 'sum' || gold.kind === 'product' || gold.kind === 'quotient' || gold.kind === 'relation'
  const free =
    constants && varies && calculated && own.every((name) => /^[Cc]/u.test(name) || isAdded(gold, name))
  const integers =
    own.length === 1 &&
    (own[0] !== 'n' || prompt !== '') &&
    INTEGER.test(own[0] ?? '') &&
    INTEGER.test(other[0] ?? '') &&
    isProgression(gold, own[0] ?? '')
  if (!free && !integers) return undefined
  return substitute(
    answer,
    new Map(other.map((name, at) => [name, { kind: 'symbol', name: own[at] ?? name }])),
  )
}

/** Whether a problem uses a letter itself. */
function isGiven(name: string, prompt: string): boolean {
  return new RegExp(`(?<![\\p{L}\\\\])${name.replace('_', '_?')}(?![\\p{L}])`, 'u').test(prompt)
}

/** Whether a letter stands as a term of its own. */
function isAdded(node: Node, name: string): boolean {
  return some(
    node,
    (part) => part.kind === 'sum' && part.terms.some((term) => term.kind === 'symbol' && term.name === name),
  )
}

/** `6k + 1`: a whole multiple of the letter, not the letter itself, and a remainder. */
function isProgression(node: Node, name: string): boolean {
  const value = node.kind === 'relation' ? node.operands.at(-1) : node
  // `(2k+1)\pi`: the odd multiples of a constant.
  if (value?.kind === 'product') {
    const varying = value.factors.filter((factor) => symbolsOf(factor).size > 0)
    return varying.length === 1 && varying[0]?.kind === 'sum' && isProgression(varying[0], name)
  }
  if (value?.kind !== 'sum' || value.terms.length !== 2 || symbolsOf(value).size !== 1) return false
  const multiple = value.terms.find((term) => symbolsOf(term).has(name))
  const rest = value.terms.find((term) => !symbolsOf(term).has(name))
  const product = multiple?.kind === 'negative' ? multiple.of : multiple
  if (rest === undefined || product?.kind !== 'product' || product.factors.length !== 2) return false
  const [factor, letter] = product.factors
  return (
    factor?.kind === 'number' && factor.value.den === 1n && factor.value.num > 1n && letter?.kind === 'symbol'
  )
}
