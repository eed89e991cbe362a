import { isUnitName, parseUnit } from '../units.ts'
import { spend, type Budget } from './budget.ts'
import { normaliseCharacters } from './characters.ts'
import type { Node } from './expression.ts'
import type { Reading } from './extract.ts'
import { parseAnswer } from './parser.ts'
import { fromDecimal, rational } from './rational.ts'

/** Other ways to understand a pair of answers that were not equal in the first way. */
export function otherReadings(gold: Reading, answer: Reading, budget: Budget): [Node, Node][] {
  spend(budget, 10)
  const { node: a } = gold
  const { node: b } = answer
  if (a === undefined || b === undefined) return []
  const pairs: [Node, Node][] = []
  const decimals = [decimalComma(gold.text, a), decimalComma(answer.text, b)]
  if (decimals[0] !== undefined && b.kind !== 'sequence') pairs.push([decimals[0], b])
  if (decimals[1] !== undefined && a.kind !== 'sequence') pairs.push([a, decimals[1]])
  // `0.12 m` against a quantity: the letters are a unit.
  if (a.kind === 'marked' && b.kind !== 'marked')
    pairs.push(...quantities(answer.text, budget).map((quantity): [Node, Node] => [a, quantity]))
  if (b.kind === 'marked' && a.kind !== 'marked')
    pairs.push(...quantities(gold.text, budget).map((quantity): [Node, Node] => [quantity, b]))
  if (a.kind !== 'marked' && b.kind !== 'marked' && a.kind !== 'number' && b.kind !== 'number') {
    for (const left of quantities(gold.text, budget))
      for (const right of quantities(answer.text, budget)) pairs.push([left, right])
  }
  if (!hasLetters(a))
    pairs.push(...quantities(answer.text, budget).map((quantity): [Node, Node] => [a, quantity]))
  if (!hasLetters(b) && /[/ ]/u.test(gold.text.trim()))
    pairs.push(...quantities(gold.text, budget).map((quantity): [Node, Node] => [quantity, b]))
  // `1,234` against a list is the list of 1 and 234.
  if (a.kind === 'sequence') pairs.push(...lists(answer.text, b).map((list): [Node, Node] => [a, list]))
  if (b.kind === 'sequence') pairs.push(...lists(gold.text, a).map((list): [Node, Node] => [list, b]))
  // `5 m` after a number asked for without letters: the letter is a unit.
  const bare = withoutUnitLetter(b)
  if (bare !== undefined && !hasLetters(a)) pairs.push([a, bare])
  const goldBare = /(?: [a-zA-Z]{1,2}|\\Omega)$/u.test(gold.text.trim()) ? withoutUnitLetter(a) : undefined
  if (goldBare !== undefined && !hasLetters(b)) pairs.push([goldBare, b])
  return pairs
}

function decimalComma(text: string, node: Node): Node | undefined {
  if (node.kind !== 'sequence' || node.items.length !== 2) return undefined
  const found = /^\s*\$?\s*(-?)(\d{1,12}),(\d{1,12})\s*\$?\s*$/u.exec(text)
  if (found === null) return undefined
  const value = fromDecimal(`${found[2]}.${found[3]}`, 0)
  if (value === undefined) return undefined
  const number: Node = {
    kind: 'number',
    value,
    written: `${found[2]}.${found[3]}`,
    decimals: found[3]?.length ?? 0,
  }
  return found[1] === '-' ? { kind: 'negative', of: number } : number
}

/** A number followed by a unit of single letters, which algebra would read as symbols; none or one. */
export function quantities(text: string, budget: Budget): Node[] {
  if (text.length > 100) return []
  const plain = normaliseCharacters(text).replace(/[{}]/gu, '')
  const found = /^\s*\$?\s*(-?[\d.,]{1,40}(?:e[+-]?\d{1,3})?)\s?([a-zA-Z][a-zA-Z/^\d ]{0,20})\$?\s*$/u.exec(
    plain,
  )
  if (found === null) return []
  const unit = parseUnit(found[2] ?? '')
  const value = parseAnswer(found[1] ?? '', budget)
  return unit === undefined || value === undefined
    ? []
    : [{ kind: 'marked', mark: { type: 'unit', unit }, of: value }]
}

function lists(text: string, node: Node): Node[] {
  const digits = text.replace(/[$\s]/gu, '')
  if (node.kind !== 'number' || !/^\d{1,3}(?:,\d{3})+$/u.test(digits)) return []
  const items = digits.split(',').map((part): Node => ({
    kind: 'number',
    value: rational(BigInt(part)),
    written: part,
    decimals: undefined,
  }))
  return [{ kind: 'sequence', open: '', close: '', items, join: ',' }]
}

function withoutUnitLetter(node: Node): Node | undefined {
  const product = node.kind === 'negative' ? node.of : node
  if (product.kind !== 'product' || product.factors.length !== 2) return undefined
  const [number, unit] = product.factors
  const name = unit?.kind === 'power' ? unit.base : unit
  if (number?.kind !== 'number' || name?.kind !== 'symbol' || !isUnitName(name.name)) return undefined
  return node.kind === 'negative' ? { kind: 'negative', of: number } : number
}

function hasLetters(node: Node): boolean {
  return node.kind !== 'number' && node.kind !== 'quotient' && node.kind !== 'negative' && node.kind !== 'sum'
}
