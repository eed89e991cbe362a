import { fail, MAX_DEPTH, spend, type Budget } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import type { Token } from './lexer.ts'

/** Where the parser stands. `bars` counts open absolute values, inside which `|` closes. */
export type Parser = {
  tokens: Token[]
  at: number
  depth: number
  bars: number
  budget: Budget
  /** SymPy syntax: `I` and `E` are constants. */
  python: boolean
  grammar: Grammar
}

/** The rules that refer to each other in a circle, from the loosest to the tightest. */
export type Grammar = Readonly<
  Record<'items' | 'sum' | 'term' | 'power' | 'primary', (parser: Parser) => Node>
>

export function peek(parser: Parser): Token {
  return parser.tokens[parser.at] ?? END
}

export const END: Token = { type: 'end', value: '', written: '', space: false }

export function isOperator(token: Token, ...values: string[]): boolean {
  return token.type === 'operator' && values.includes(token.value)
}

export function isCommand(token: Token, ...values: string[]): boolean {
  return token.type === 'command' && values.includes(token.value)
}

export function expectOperator(parser: Parser, value: string): void {
  if (!isOperator(peek(parser), value)) fail()
  parser.at += 1
}

export function enter(parser: Parser): void {
  parser.depth += 1
  spend(parser.budget, 4)
  if (parser.depth > MAX_DEPTH) fail()
}

/** `am` or `pm` behind a time of day, in any usual spelling. */
export function takeHalfOfDay(parser: Parser): 'am' | 'pm' | '' {
  const token = peek(parser)
  const word = token.value.toLowerCase()
  if ((token.type === 'word' || token.type === 'text') && (word === 'am' || word === 'pm')) {
    parser.at += 1
    return word
  }
  if ((token.type === 'letter' || token.type === 'text') && (word === 'a' || word === 'p')) {
    const [dot, m] = [parser.tokens[parser.at + 1], parser.tokens[parser.at + 2]]
    if (dot?.value === '.' && m?.value.toLowerCase() === 'm') {
      parser.at += parser.tokens[parser.at + 3]?.value === '.' ? 4 : 3
      return word === 'a' ? 'am' : 'pm'
    }
  }
  return ''
}
