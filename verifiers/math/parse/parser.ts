import { fail, NotReadable, spend, type Budget } from '../values/budget.ts'
import { children, type Node, type Relation } from '../values/expression.ts'
import { lex } from './lexer.ts'
import { CONNECTIVES, FILLERS } from './names.ts'
import { parsePower, parseSum, parseTerm } from './arithmetic.ts'
import { parseForm } from './forms.ts'
import { parseParts } from './parts.ts'
import { parseMarks } from './marks.ts'
import { parsePrimary } from './primary.ts'
import {
  END,
  enter,
  isCommand,
  isOperator,
  peek,
  takeHalfOfDay,
  type Grammar,
  type Parser,
} from './parse-state.ts'

/** Reads a whole answer in LaTeX, ASCII or SymPy syntax; `undefined` unless every token of it was understood. */
export function parseAnswer(text: string, budget: Budget): Node | undefined {
  return (
    parseForm(text) ??
    parseParts(text, (part) => parseExpression(part, budget)) ??
    parseExpression(text, budget)
  )
}

function parseExpression(text: string, budget: Budget): Node | undefined {
  try {
    const tokens = lex(text, budget)
    const python = /\*\*|sqrt\(|\*I\b|\bI\*|\dj\b/u.test(text) && !text.includes('\\')
    const parser: Parser = { tokens, at: 0, depth: 0, bars: 0, budget, python, grammar: GRAMMAR }
    skipLeading(parser)
    const node = parseItems(parser)
    skipTrailing(parser)
    return peek(parser).type === 'end' && isSound(node, budget) ? node : undefined
  } catch (error) {
    if (error instanceof NotReadable) return undefined
    throw error
  }
}

const GRAMMAR: Grammar = {
  items: parseItems,
  sum: parseSum,
  term: parseTerm,
  power: parsePower,
  primary: parsePrimary,
}

/** Words may be an answer or name one; they are never added or multiplied. */
function isSound(node: Node, budget: Budget): boolean {
  spend(budget, 1)
  const parts = children(node)
  const calculates =
    node.kind === 'sum' ||
    node.kind === 'product' ||
    node.kind === 'power' ||
    node.kind === 'negative' ||
    node.kind === 'ratio'
  return (
    !(calculates && parts.some((part) => part.kind === 'text')) &&
    parts.every((part) => isSound(part, budget))
  )
}

/** Items between separators: one item is itself, several are a sequence without brackets. */
function parseItems(parser: Parser): Node {
  const groups: Node[][] = [[]]
  let join: ',' | ';' | 'and' | 'or' = ','
  enter(parser)
  for (;;) {
    groups.at(-1)?.push(parseItem(parser))
    const separator = takeSeparators(parser)
    if (separator === undefined) break
    if (separator === ';') groups.push([])
    else if (separator !== ',') join = separator
    const next = peek(parser)
    if (
      next.type === 'end' ||
      isOperator(next, ')', ']', '}', '\\}', '|') ||
      isCommand(next, 'rangle', 'end', 'mid')
    ) {
      if (separator === ';') groups.pop()
      // `(2,)` is a tuple of one in Python.
      else if (groups.length === 1 && groups[0]?.length === 1 && isOperator(next, ')')) {
        parser.depth -= 1
        return { kind: 'sequence', open: '', close: '', items: groups[0], join }
      }
      break
    }
  }
  parser.depth -= 1
  const lists = groups.filter((group) => group.length > 0)
  const wrap = (items: Node[]): Node =>
    items.length === 1 && items[0] !== undefined
      ? items[0]
      : { kind: 'sequence', open: '', close: '', items, join }
  if (lists.length === 1) return wrap(lists[0] ?? [])
  if (lists.every((group) => group.length === 1))
    return { kind: 'sequence', open: '', close: '', items: lists.flat(), join: ';' }
  return { kind: 'sequence', open: '', close: '', items: lists.map(wrap), join: ';' }
}

/** One item: a value, a chain of relations, a ratio or a combination of sets. */
function parseItem(parser: Parser): Node {
  skipFillers(parser)
  const operands: Node[] = []
  const operators: Relation[] = []
  const leading = takeRelation(parser)
  // `= 5` and `≈ 5` are what is left of a chain whose beginning was cut off.
  if (leading !== undefined && leading !== '=' && leading !== '~') fail()
  for (;;) {
    operands.push(parseSetOperation(parser))
    const operator = takeRelation(parser)
    if (operator === undefined) break
    operators.push(operator)
    skipFillers(parser)
  }
  const first = operands[0]
  if (first === undefined) return fail()
  return operators.length === 0 ? first : { kind: 'relation', operators, operands }
}

function parseSetOperation(parser: Parser): Node {
  let left = parseRatio(parser)
  for (;;) {
    const operator = takeSetOperator(parser)
    if (operator === undefined) return left
    left = { kind: 'operation', operator, left, right: parseRatio(parser) }
  }
}

function parseRatio(parser: Parser): Node {
  const first = parseMarks(parser, parseSum(parser))
  const worded = peek(parser)
  if (
    (worded.type === 'word' || worded.type === 'text') &&
    worded.value === 'to' &&
    first.kind === 'number'
  ) {
    parser.at += 1
    return { kind: 'ratio', parts: [first, parseSum(parser)] }
  }
  if (!isOperator(peek(parser), ':') || parser.bars > 0) return first
  const parts = [first]
  while (isOperator(peek(parser), ':')) {
    parser.at += 1
    parts.push(parseSum(parser))
  }
  const [hours, minutes] = parts
  if (hours?.kind === 'number' && minutes?.kind === 'number' && parts.length === 2) {
    const half = takeHalfOfDay(parser)
    if (half !== '' && hours.decimals === undefined && minutes.written.length === 2) {
      return { kind: 'time', minutes: (Number(hours.value.num) % 12) * 60 + Number(minutes.value.num), half }
    }
  }
  return parseMarks(parser, { kind: 'ratio', parts })
}

/** `,`, `;`, `and`, `or`, wide space and their combinations; the strongest one wins. */
function takeSeparators(parser: Parser): ',' | ';' | 'and' | 'or' | undefined {
  let found: ',' | ';' | 'and' | 'or' | undefined
  for (;;) {
    const token = peek(parser)
    const connective =
      token.type === 'word' || token.type === 'text' ? CONNECTIVES.get(token.value.toLowerCase()) : undefined
    if (isOperator(token, ',', 'quad', '&') || isCommand(token, 'land', 'wedge')) found ??= ','
    else if (isOperator(token, ';')) found = ';'
    else if (isCommand(token, 'lor', 'vee')) found = 'or'
    else if (connective !== undefined) found = found === ';' ? ';' : connective
    else return found
    parser.at += 1
  }
}

function takeRelation(parser: Parser): Relation | undefined {
  const token = peek(parser)
  const relation =
    token.type === 'operator'
      ? OPERATOR_RELATIONS[token.value]
      : token.type === 'command'
        ? COMMAND_RELATIONS[token.value]
        : token.type === 'word' &&
            token.value === 'in' &&
            isOperator(parser.tokens[parser.at + 1] ?? END, '(', '[', '\\{')
          ? 'in'
          : undefined
  if (relation === undefined) return undefined
  parser.at += 1
  // `\not=` and `< =` written apart.
  if (token.value === 'not') return takeRelation(parser) === '=' ? '!=' : fail()
  return relation
}

const OPERATOR_RELATIONS: Readonly<Record<string, Relation>> = {
  '=': '=',
  '==': '=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  '!=': '!=',
  '->': '->',
  '=>': '->',
}

const COMMAND_RELATIONS: Readonly<Record<string, Relation>> = {
  lt: '<',
  gt: '>',
  le: '<=',
  leq: '<=',
  leqslant: '<=',
  leqq: '<=',
  ge: '>=',
  geq: '>=',
  geqslant: '>=',
  geqq: '>=',
  ne: '!=',
  neq: '!=',
  approx: '~',
  simeq: '~',
  sim: '~',
  cong: '~',
  doteq: '~',
  in: 'in',
  equiv: '=',
  to: '->',
  rightarrow: '->',
  Rightarrow: '->',
  implies: '->',
  not: '!=',
  mapsto: '->',
  coloneqq: '=',
  triangleq: '=',
  subset: 'subset',
  subseteq: 'subseteq',
  supset: 'supset',
  supseteq: 'supseteq',
  parallel: 'parallel',
  perp: 'perp',
  propto: 'propto',
  notin: 'notin',
}

function takeSetOperator(parser: Parser): 'union' | 'intersection' | 'difference' | undefined {
  const token = peek(parser)
  const found = isCommand(token, 'cup', 'bigcup')
    ? 'union'
    : isCommand(token, 'cap', 'bigcap')
      ? 'intersection'
      : isCommand(token, 'setminus', 'backslash', 'smallsetminus')
        ? 'difference'
        : (token.type === 'letter' || token.type === 'word') &&
            (token.value === 'U' || token.value === 'union') &&
            afterBracket(parser)
          ? 'union'
          : undefined
  if (found !== undefined) parser.at += 1
  return found
}

/** `(0,1) U (2,3)`: the letter is a union only between brackets. */
function afterBracket(parser: Parser): boolean {
  const before = parser.tokens[parser.at - 1] ?? END
  const after = parser.tokens[parser.at + 1] ?? END
  return isOperator(before, ')', ']', '\\}', '}') && isOperator(after, '(', '[', '\\{', '{')
}

function skipFillers(parser: Parser): void {
  for (;;) {
    const token = peek(parser)
    const filler = (token.type === 'word' || token.type === 'text') && FILLERS.has(token.value.toLowerCase())
    if (!filler && !isCommand(token, 'therefore', 'because', 'displaystyle') && !isOperator(token, 'quad'))
      return
    parser.at += 1
  }
}

function skipLeading(parser: Parser): void {
  while (isOperator(peek(parser), ':', '.', ',', '\\\\', '&')) parser.at += 1
}

function skipTrailing(parser: Parser): void {
  while (
    isOperator(peek(parser), '.', ',', ';', '\\\\', ':', 'quad', '&') ||
    isCommand(peek(parser), 'ldotp', 'cdotp')
  )
    parser.at += 1
}
