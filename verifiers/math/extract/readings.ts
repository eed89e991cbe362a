import { isUnitName, parseUnit } from '../values/units.ts'
import { spend, type Budget } from '../values/budget.ts'
import { normaliseCharacters } from '../values/characters.ts'
import { some, type Node } from '../values/expression.ts'
import type { Reading } from './reading.ts'
import { parseAnswer } from '../parse/parser.ts'
import { fromDecimal, rational } from '../values/rational.ts'

/** Other ways to understand a pair of answers that were not equal in the first way. */
export function otherReadings(
  gold: Reading,
  answer: Reading,
  prompt: string,
  budget: Budget,
): [Node, Node][] {
  spend(budget, 10)
  const { node: a } = gold
  const { node: b } = answer
  if (a === undefined || b === undefined) return []
  const pairs: [Node, Node][] = []
  // `1,5` as a reference is a list of two unless the problem writes its decimals so; `3,14` is hardly one.
  const commas = /\d,\d{1,2}(?!\d)/u.test(prompt) || !/^\D*\d+,\d\D*$/u.test(gold.text)
  const decimals = [commas ? decimalComma(gold.text, a) : undefined, decimalComma(answer.text, b)]
  // `2\\sqrt3 \\approx 3.46` also says 3.46, which is all that a decimal reference asks for.
  const rounded = approximationIn(b)
  if (rounded !== undefined && a.kind === 'number' && a.decimals !== undefined) pairs.push([a, rounded])
  const pence = [penceOf(gold.text, b), penceOf(answer.text, a)]
  if (pence[0] !== undefined) pairs.push([pence[0], b])
  if (pence[1] !== undefined) pairs.push([a, pence[1]])
  if (decimals[0] !== undefined && b.kind !== 'sequence') pairs.push([decimals[0], b])
  if (decimals[1] !== undefined && a.kind !== 'sequence') pairs.push([a, decimals[1]])
  // `0.12 m` against a quantity: the letters are a unit.
  if (a.kind === 'marked' && b.kind !== 'marked')
    pairs.push(
      ...quantities(answer.text, budget, !isMeasured(a)).map((quantity): [Node, Node] => [a, quantity]),
    )
  if (b.kind === 'marked' && a.kind !== 'marked')
    pairs.push(
      ...quantities(gold.text, budget, !isMeasured(b)).map((quantity): [Node, Node] => [quantity, b]),
    )
  const micro = /\\mu/u.test(gold.text) || /\\mu/u.test(answer.text)
  if (micro || (a.kind !== 'marked' && b.kind !== 'marked' && a.kind !== 'number' && b.kind !== 'number')) {
    for (const left of quantities(gold.text, budget, false))
      for (const right of quantities(answer.text, budget, false)) pairs.push([left, right])
  }
  if (!hasLetters(a) && isUnitLetter(answer.text, prompt))
    pairs.push(...quantities(answer.text, budget).map((quantity): [Node, Node] => [a, quantity]))
  if (!hasLetters(b) && isUnitLetter(gold.text, prompt) && /[/ ]|\\(?:mathrm|text)/u.test(gold.text.trim()))
    pairs.push(...quantities(gold.text, budget).map((quantity): [Node, Node] => [quantity, b]))
  // `1,234` against a list is the list of 1 and 234.
  if (a.kind === 'sequence') pairs.push(...lists(answer.text, b).map((list): [Node, Node] => [a, list]))
  if (b.kind === 'sequence') pairs.push(...lists(gold.text, a).map((list): [Node, Node] => [list, b]))
  // `5 m` after a number asked for without letters: the letter is a unit, unless it may be a symbol of the problem.
  const bare = isUnitLetter(answer.text, prompt) ? withoutUnitLetter(b) : undefined
  if (bare !== undefined && !hasLetters(a)) pairs.push([a, bare])
  const goldBare =
    /(?: [a-zA-Z]{1,2}|\\Omega)$/u.test(gold.text.trim()) && isUnitLetter(gold.text, prompt)
      ? withoutUnitLetter(a)
      : undefined
  if (goldBare !== undefined && !hasLetters(b)) pairs.push([goldBare, b])
  return pairs
}

/**
 * Whether the letter behind a number is a unit. One that touches its number, such as `5m` and `5K`, is a factor or a
 * scale unless the problem names the unit in words; one that the problem calculates with is a symbol.
 */
function isUnitLetter(text: string, prompt: string): boolean {
  const found =
    /([\d}]|\s|~|\\[,;: ])(?:\\(?:mathrm|text|rm|mathsf)\s?\{?\s?)?([a-zA-Z]{1,2})\}?(?:\^\S+)?[\s$.}]*$/u.exec(
      text,
    )
  const letter = found?.[2]
  if (letter === undefined) return true
  if (
    new RegExp(
      `(?:\\d|[=+*/^(-])\\s?${letter}(?![\\p{L}])|(?<![\\p{L}\\d\\s])${letter}\\s?[=+*/^-]`,
      'u',
    ).test(prompt)
  )
    return false
  if (/[^\d}]/u.test(found?.[1] ?? '') || letter.length > 1 || /\\(?:mathrm|text|rm)/u.test(text))
    return !/^[BkM]$/u.test(letter)
  const words = UNIT_WORDS[letter]
  return words !== undefined && new RegExp(`\\b(?:${words})s?\\b`, 'iu').test(prompt)
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  m: 'met(?:er|re)|height|length|distance',
  g: 'gram|mass|weight',
  s: 'second',
  h: 'hour',
  l: 'lit(?:er|re)',
  L: 'lit(?:er|re)',
  N: 'newton|force',
  J: 'joule|energy|work',
  V: 'volt(?:age)?',
  W: 'watt|power',
  A: 'amp(?:ere)?|current',
  K: 'kelvin|temperature',
  C: 'coulomb|charge',
  T: 'tesla|field',
  F: 'farad|capacitance',
}

/** The decimal at the end of `1/3 \\approx 0.33`. */
function approximationIn(node: Node): Node | undefined {
  if (node.kind !== 'relation' || node.operators.at(-1) !== '~') return undefined
  const last = node.operands.at(-1)
  return last?.kind === 'number' && last.decimals !== undefined ? last : undefined
}

/** `350p` against pounds sterling. */
function penceOf(text: string, other: Node): Node | undefined {
  const found = /^\s*(\d{1,9})\s?p(?:ence)?[.\s]*$/u.exec(text)
  const mark = other.kind === 'marked' ? other.mark : undefined
  const sterling = mark?.type === 'currency' && mark.code === 'GBP'
  if (found?.[1] === undefined || !sterling) return undefined
  const value = rational(BigInt(found[1]), 100n)
  return { kind: 'marked', mark, of: { kind: 'number', value, written: found[1], decimals: undefined } }
}

function decimalComma(text: string, node: Node): Node | undefined {
  if (node.kind !== 'sequence' || node.items.length !== 2) return undefined
  const found = /^\s*\$?\s*(-?)(\d{1,12}),(\d{1,12})\s*\$?[.\s]*$/u.exec(text)
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

/** `4.5`, `4.5e-7`, `4.5 \times 10^{-7}` or `10^5`, and behind it what may be a unit. */
const QUANTITY =
  /^(-?(?:[\d.,]{1,40}(?:e[+-]?\d{1,3})?(?:\s?(?:\*|\\times|\\cdot)\s?10\s?\^\s?[+-]?\d{1,3})?|10\^[+-]?\d{1,3}))(\s?)([a-zA-Z][a-zA-Z/^\d -]{0,20})$/u

/**
 * A number followed by a unit of single letters, which algebra would read as symbols; none or one. `certain` leaves out
 * letters that are as likely symbols: `3C` and `2 MN`, but not `3 \mathrm{C}` and `1.6e-19 C`.
 */
export function quantities(text: string, budget: Budget, certain = true): Node[] {
  if (text.length > 160) return []
  const styled = /[\d}\s~,;]\s?(?:\\mu)?\s?\\(?:mathrm|text|rm)\b/u.test(text)
  const plain = normaliseCharacters(text)
    .replace(/\\mu(?=\s{0,3}(?:\\(?:mathrm|text|rm)\b|[a-zA-Z]))\s{0,3}/gu, ' u')
    .replace(/\\[,;: ]|~|(?<=u)\\(?:mathrm|text|rm)\b\s?\{?\s?|\\(?:mathrm|text|rm)\b/gu, (gap) =>
      gap.length > 2 ? '' : ' ',
    )
    .replace(/[{}$]/gu, '')
    .replace(/\s{1,9}/gu, ' ')
    .replace(/\s?([/^])\s?/gu, '$1')
    .trim()
  const found = QUANTITY.exec(plain)
  if (found === null) return []
  const [, number = '', space = '', name = ''] = found
  const sure =
    styled || isUnitName(name) || /[/^]/u.test(name) || (space !== '' && /[.e^]|[a-z]/u.test(number + name))
  const unit = parseUnit(name)
  const value = parseAnswer(number, budget)
  return unit === undefined || value === undefined || (certain && !sure)
    ? []
    : [{ kind: 'marked', mark: { type: 'unit', unit }, of: value }]
}

function isMeasured(node: Node): boolean {
  return node.kind === 'marked' && node.mark.type === 'unit'
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

/** `5 m` and `4.5 \times 10^{-7} m` without the letter. */
export function withoutUnitLetter(node: Node): Node | undefined {
  const product = node.kind === 'negative' ? node.of : node
  if (product.kind !== 'product' || product.factors.length < 2) return undefined
  const numbers = product.factors.slice(0, -1)
  const unit = product.factors.at(-1)
  const name = unit?.kind === 'power' ? unit.base : unit
  if (!numbers.every(isScientific) || name?.kind !== 'symbol' || !isUnitName(name.name)) return undefined
  const [first] = numbers
  const bare: Node =
    numbers.length === 1 && first !== undefined ? first : { kind: 'product', factors: numbers }
  return node.kind === 'negative' ? { kind: 'negative', of: bare } : bare
}

function isScientific(node: Node): boolean {
  return node.kind === 'number' || (node.kind === 'power' && node.base.kind === 'number' && !hasLetters(node))
}

function hasLetters(node: Node): boolean {
  return some(node, (part) => !NUMERIC.has(part.kind))
}

const NUMERIC: ReadonlySet<Node['kind']> = new Set([
  'number',
  'quotient',
  'negative',
  'sum',
  'product',
  'power',
])
