import { parseNumberWords } from '../values/number-words.ts'
import { fail } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import { expectOperator, isOperator, peek, type Parser } from './parse-state.ts'

/** `0b1010` and `0o17` behind their zero. */
export function takePrefixed(parser: Parser): Node | undefined {
  const [prefix, digits] = parser.tokens.slice(parser.at, parser.at + 2)
  if (prefix?.type !== 'letter' || prefix.space || digits?.type !== 'number' || digits.space) return undefined
  const base = prefix.value === 'b' ? 2 : prefix.value === 'o' ? 8 : undefined
  if (base === undefined || !(base === 2 ? /^[01]+$/u : /^[0-7]+$/u).test(digits.value)) return undefined
  parser.at += 2
  return { kind: 'based', digits: digits.value, base }
}

/** `base 2`, `in base 2`, `(base 2)` behind a number. */
export function takeWordedBase(parser: Parser): number | undefined {
  let at = parser.at
  const bracketed = isOperator(parser.tokens[at] ?? peek(parser), '(')
  if (bracketed) at += 1
  if (parser.tokens[at]?.value === 'in') at += 1
  const [word, base, close] = parser.tokens.slice(at, at + 3)
  if ((word?.type !== 'word' && word?.type !== 'text') || word.value !== 'base' || base === undefined)
    return undefined
  const value = base.type === 'number' ? Number(base.value) : parseNumberWords(base.value)
  if (!isBase(value) || (bracketed && (close === undefined || !isOperator(close, ')')))) return undefined
  parser.at = at + (bracketed ? 3 : 2)
  return value
}

/** The base behind `_`, bare, in braces, in brackets or in words. */
export function takeBase(parser: Parser): number {
  const braced = isOperator(peek(parser), '{')
  if (braced) parser.at += 1
  const bracketed = isOperator(peek(parser), '(')
  if (bracketed) parser.at += 1
  const token = peek(parser)
  const base = token.type === 'number' ? Number(token.value) : parseNumberWords(token.value)
  parser.at += 1
  if (bracketed) expectOperator(parser, ')')
  if (braced) expectOperator(parser, '}')
  return isBase(base) ? base : fail()
}

function isBase(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 2 && value <= 36
}
