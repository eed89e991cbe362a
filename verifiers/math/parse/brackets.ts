import { fail } from '../values/budget.ts'
import { rational } from '../values/rational.ts'
import { countOf } from '../values/counting.ts'
import type { Bracket, Node } from '../values/expression.ts'
import { enter, expectOperator, isCommand, isOperator, peek, type Parser } from './parse-state.ts'

/** Plain braces: a TeX group. A list in them stays a list without brackets. */
export function parseBraces(parser: Parser): Node {
  expectOperator(parser, '{')
  if (isOperator(peek(parser), '}')) {
    parser.at += 1
    return takeCount(parser) ?? { kind: 'sequence', open: '', close: '', items: [], join: ',' }
  }
  const over = parser.grammar.items(parser)
  const token = peek(parser)
  if (isCommand(token, 'choose')) {
    parser.at += 1
    const under = parser.grammar.items(parser)
    expectOperator(parser, '}')
    return { kind: 'call', name: 'binomial', args: [over, under] }
  }
  expectOperator(parser, '}')
  return over
}

/** `_7C_3` behind the empty group that carries its first index. */
function takeCount(parser: Parser): Node | undefined {
  if (!isOperator(peek(parser), '_', '^')) return undefined
  parser.at += 1
  const count = takeIndexNumber(parser)
  const letter = peek(parser)
  if (letter.type !== 'letter' || !/^[CPA]$/u.test(letter.value)) return fail()
  parser.at += 1
  expectOperator(parser, '_')
  return countOf(letter.value, count, takeIndexNumber(parser))
}

function takeIndexNumber(parser: Parser): Node {
  const node = isOperator(peek(parser), '{') ? parseBraces(parser) : parser.grammar.primary(parser)
  return node.kind === 'number' && node.value.den === 1n ? node : fail()
}

/** Round and square brackets and set braces: grouping, tuples, intervals and sets. */
export function parseBrackets(parser: Parser): Node {
  const token = peek(parser)
  parser.at += 1
  const bars = parser.bars
  parser.bars = token.value === '\\{' ? bars + 1 : 0
  const node = token.value === '\\{' ? parseSet(parser) : parseTuple(parser, token.value)
  parser.bars = bars
  return node
}

/** Absolute values, floors, ceilings, angle brackets and the spelled-out set brace. */
export function parseFences(parser: Parser, opened: string): Node {
  parser.at += 1
  if (opened === 'lbrace') return parseSet(parser)
  if (opened === 'lbrack') return parseTuple(parser, '[')
  if (opened === 'langle') {
    const inner = parser.grammar.items(parser)
    if (!isCommand(peek(parser), 'rangle')) fail()
    parser.at += 1
    return {
      kind: 'sequence',
      open: '<',
      close: '',
      items: inner.kind === 'sequence' && inner.open === '' ? inner.items : [inner],
      join: ',',
    }
  }
  const [name, close] =
    opened === 'lfloor'
      ? (['floor', 'rfloor'] as const)
      : opened === 'lceil'
        ? (['ceil', 'rceil'] as const)
        : (['abs', opened] as const)
  parser.bars += 1
  const inner = parser.grammar.sum(parser)
  parser.bars -= 1
  const token = peek(parser)
  const closes =
    close === '|' || close === '\\|'
      ? isOperator(token, close)
      : isCommand(token, close, close.replace(/^l/u, 'r'))
  if (!closes) fail()
  parser.at += 1
  return { kind: 'call', name, args: [inner] }
}

/** Matrices, vectors, columns and systems between `\begin` and `\end`. */
export function parseEnvironment(parser: Parser): Node {
  enter(parser)
  parser.at += 1
  const name = takeName(parser)
  if (name === 'array') takeName(parser)
  const rows: Node[][] = [[]]
  const aligned =
    name === 'cases' || name.startsWith('align') || name.startsWith('gather') || name === 'split'
  if (aligned) unfoldRows(parser)
  if (!aligned && !/^[pbvVB]?(?:small)?matrix$|^array$/u.test(name)) fail()
  for (;;) {
    const token = peek(parser)
    if (isCommand(token, 'end')) break
    if (token.type === 'end') fail()
    if (isOperator(token, '\\\\')) {
      parser.at += 1
      if (rows.at(-1)?.length !== 0) rows.push([])
    } else if (isOperator(token, '&') || isCommand(token, 'hline')) parser.at += 1
    else rows.at(-1)?.push(aligned ? parser.grammar.items(parser) : parser.grammar.sum(parser))
  }
  parser.at += 1
  if (takeName(parser) !== name) fail()
  parser.depth -= 1
  const filled = rows.filter((row) => row.length > 0)
  if (aligned) {
    const items = filled.map((row) => (row.length === 1 && row[0] !== undefined ? row[0] : fail()))
    return items.length === 1 && items[0] !== undefined
      ? items[0]
      : { kind: 'sequence', open: '', close: '', items, join: 'and' }
  }
  const width = filled[0]?.length ?? 0
  if (width === 0 || filled.some((row) => row.length !== width)) fail()
  if (name === 'vmatrix') return { kind: 'call', name: 'det', args: [{ kind: 'matrix', rows: filled }] }
  return { kind: 'matrix', rows: filled }
}

/** Takes alignment marks out of the rows ahead and joins a row that begins with a relation to the one before it. */
function unfoldRows(parser: Parser): void {
  const end = parser.tokens.findIndex((token, at) => at > parser.at && isCommand(token, 'end'))
  const rows = parser.tokens
    .slice(parser.at, end < 0 ? parser.at : end)
    .filter((token) => !isOperator(token, '&'))
  const joined = rows.filter((token, at) => {
    const next = rows[at + 1]
    return !(
      isOperator(token, '\\\\') &&
      next !== undefined &&
      (isOperator(next, '=', '<', '>', '<=', '>=') || isCommand(next, 'le', 'leq', 'ge', 'geq', 'approx'))
    )
  })
  if (end > 0) parser.tokens.splice(parser.at, end - parser.at, ...joined)
}

function takeName(parser: Parser): string {
  expectOperator(parser, '{')
  let name = ''
  while (!isOperator(peek(parser), '}')) {
    if (peek(parser).type === 'end' || name.length > 40) return fail()
    name += peek(parser).value
    parser.at += 1
  }
  parser.at += 1
  return name
}

function parseSet(parser: Parser): Node {
  if (closesSet(parser)) return { kind: 'sequence', open: '{', close: '', items: [], join: ',' }
  const inner = parser.grammar.items(parser)
  const token = peek(parser)
  if (isOperator(token, '|', ':') || isCommand(token, 'mid', 'vert', 'colon')) {
    parser.at += 1
    const condition = parser.grammar.items(parser)
    if (!closesSet(parser)) fail()
    const name = inner.kind === 'relation' ? inner.operands[0] : inner
    return name?.kind === 'symbol' ? within(inner, condition) : fail()
  }
  if (!closesSet(parser)) fail()
  if (inner.kind === 'ratio') {
    const [name, condition] = inner.parts
    return name?.kind === 'symbol' && condition !== undefined ? condition : fail()
  }
  if (inner.kind === 'relation' && inner.operators[0] === 'in' && inner.operands[1]?.kind === 'ratio') {
    const [name, range] = inner.operands
    const [set, condition, ...more] = range?.kind === 'ratio' ? range.parts : []
    if (name?.kind !== 'symbol' || set === undefined || condition === undefined || more.length > 0)
      return fail()
    return within({ kind: 'relation', operators: ['in'], operands: [name, set] }, condition)
  }
  return {
    kind: 'sequence',
    open: '{',
    close: '',
    items: inner.kind === 'sequence' && inner.open === '' ? inner.items : [inner],
    join: ',',
  }
}

/** A condition on the members of a set: real numbers go without saying, integers do not. */
function within(member: Node, condition: Node): Node {
  if (member.kind !== 'relation') return condition
  const [name, set] = member.operands
  if (set?.kind !== 'symbol' || !/^set [ZN]/u.test(set.name)) return condition
  const listed =
    name === undefined ? undefined : integersBetween(name, condition, set.name === 'set N' ? 1n : undefined)
  return listed ?? { kind: 'sequence', open: '', close: '', items: [condition, member], join: 'and' }
}

/** The integers of `1 \\le x \\le 3` one by one, where there are few. */
function integersBetween(name: Node, condition: Node, least: bigint | undefined): Node | undefined {
  if (condition.kind !== 'relation' || condition.operands.length !== 3 || name.kind !== 'symbol')
    return undefined
  const [low, middle, high] = condition.operands
  const [first, second] = condition.operators
  if (middle?.kind !== 'symbol' || middle.name !== name.name) return undefined
  const up = [first, second].every((operator) => operator === '<' || operator === '<=')
  const [from, to] = [signedInteger(low), signedInteger(high)]
  if (!up || from === undefined || to === undefined) return undefined
  let start = first === '<' ? from + 1n : from
  if (least !== undefined && start < least) start = least
  const end = second === '<' ? to - 1n : to
  if (end - start > 60n) return undefined
  const items: Node[] = []
  for (let value = start; value <= end; value += 1n)
    items.push({ kind: 'number', value: rational(value), written: `${value}`, decimals: undefined })
  return { kind: 'sequence', open: '{', close: '', items, join: ',' }
}

function signedInteger(node: Node | undefined): bigint | undefined {
  if (node?.kind === 'negative') {
    const value = signedInteger(node.of)
    return value === undefined ? undefined : -value
  }
  return node?.kind === 'number' && node.value.den === 1n ? node.value.num : undefined
}

function closesSet(parser: Parser): boolean {
  const closed = isOperator(peek(parser), '\\}') || isCommand(peek(parser), 'rbrace')
  if (closed) parser.at += 1
  return closed
}

function parseTuple(parser: Parser, opened: string): Node {
  const open: Bracket = opened === ']' ? '(' : opened === '(' ? '(' : '['
  if (isOperator(peek(parser), ')', ']')) {
    parser.at += 1
    return { kind: 'sequence', open, close: opened === '(' ? ')' : ']', items: [], join: ',' }
  }
  const inner = parser.grammar.items(parser)
  const token = peek(parser)
  // The French `]a, b[` is open on both sides.
  const closing =
    opened === ']' ? isOperator(token, '[', ']') : isOperator(token, ')', ']') || isCommand(token, 'rbrack')
  if (!closing) fail()
  parser.at += 1
  const close = isOperator(token, ')', '[') ? ')' : ']'
  if (inner.kind !== 'sequence' || inner.open !== '') {
    if (open === '(' && close === ')') return inner
    if (open === '[' && close === ']')
      return { kind: 'sequence', open: '[', close: ']', items: [inner], join: ',' }
    return fail()
  }
  return { kind: 'sequence', open, close, items: inner.items, join: inner.join }
}
