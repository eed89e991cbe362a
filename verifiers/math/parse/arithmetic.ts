import { fail } from '../values/budget.ts'
import { productOf, type Node } from '../values/expression.ts'
import { FUNCTIONS, isSymbolRun, INFINITY_NAMES, GREEK, PREFIX_FUNCTIONS } from './names.ts'
import { enter, isCommand, isOperator, peek, type Parser } from './parse-state.ts'
import { parsePrimary } from './primary.ts'
import { rational } from '../values/rational.ts'

/** Sums and differences, the loosest level of arithmetic; plus-minus binds like them. */
export function parseSum(parser: Parser): Node {
  enter(parser)
  const terms: Node[] = []
  let spread: { right: Node; sign: 1 | -1 } | undefined
  if (signOf(parser) === undefined) terms.push(parseTerm(parser))
  for (;;) {
    const sign = signOf(parser)
    if (sign === undefined) break
    parser.at += 1
    if (sign === '±' || sign === '∓') {
      if (spread !== undefined) fail()
      spread = { right: parseTerm(parser), sign: sign === '±' ? 1 : -1 }
      continue
    }
    // A run of signs such as `+-` or `- -`.
    let minus = sign === '-'
    while (isOperator(peek(parser), '+', '-')) {
      minus = isOperator(peek(parser), '-') ? !minus : minus
      parser.at += 1
    }
    const term = parseTerm(parser)
    terms.push(minus ? { kind: 'negative', of: term } : term)
  }
  parser.depth -= 1
  if (spread === undefined && isCommand(peek(parser), 'over')) {
    // TeX takes everything before it in the group as the numerator.
    parser.at += 1
    return { kind: 'quotient', over: sumOf(terms), under: parseSum(parser) }
  }
  if (spread === undefined) return sumOf(terms)
  return {
    kind: 'plusminus',
    left: terms.length === 0 ? undefined : sumOf(terms),
    right: spread.right,
    sign: spread.sign,
  }
}

/** Products and quotients, written out or side by side, from left to right. */
export function parseTerm(parser: Parser): Node {
  enter(parser)
  let left = parsePower(parser)
  for (;;) {
    const token = peek(parser)
    if (isOperator(token, '*') || isCommand(token, 'cdot', 'times', 'ast', 'bullet', 'cdotp')) {
      parser.at += 1
      left = productOf(left, parseSigned(parser))
    } else if (isOperator(token, '/') || isCommand(token, 'div', 'slash')) {
      parser.at += 1
      left = { kind: 'quotient', over: left, under: parseSigned(parser) }
    } else if (startsFactor(parser, left)) left = beside(parser, left, parsePower(parser))
    else break
  }
  parser.depth -= 1
  return left
}

/** A power with everything behind it: factorials, percent signs and degrees. */
export function parsePower(parser: Parser): Node {
  let base = parsePostfix(parser, parsePrimary(parser))
  const token = peek(parser)
  if (isOperator(token, '^', '**')) {
    parser.at += 1
    const degree = takeDegree(parser)
    if (degree) {
      base = { kind: 'marked', mark: { type: 'degree' }, of: base }
      if (peek(parser).type === 'letter' && /^[CF]$/u.test(peek(parser).value)) parser.at += 1
      return base
    }
    base = { kind: 'power', base, exponent: parseExponent(parser) }
    base = parsePostfix(parser, base)
  }
  return base
}

function parseExponent(parser: Parser): Node {
  enter(parser)
  const negative = isOperator(peek(parser), '-')
  if (negative || isOperator(peek(parser), '+')) parser.at += 1
  const exponent = parsePower(parser)
  parser.depth -= 1
  return negative ? { kind: 'negative', of: exponent } : exponent
}

function parsePostfix(parser: Parser, operand: Node): Node {
  let node = operand
  for (;;) {
    const token = peek(parser)
    if (isOperator(token, '!')) {
      parser.at += 1
      if (isOperator(peek(parser), '!') && !peek(parser).space) {
        parser.at += 1
        node = { kind: 'call', name: 'doublefactorial', args: [node] }
      } else node = { kind: 'call', name: 'factorial', args: [node] }
    } else if (isOperator(token, '%')) {
      parser.at += 1
      node = { kind: 'marked', mark: { type: 'percent' }, of: node }
    } else if (isCommand(token, 'degree')) {
      parser.at += 1
      node = { kind: 'marked', mark: { type: 'degree' }, of: node }
    } else return node
  }
}

function parseSigned(parser: Parser): Node {
  const negative = isOperator(peek(parser), '-')
  if (negative || isOperator(peek(parser), '+')) parser.at += 1
  const power = parsePower(parser)
  return negative ? { kind: 'negative', of: power } : power
}

function takeDegree(parser: Parser): boolean {
  const token = peek(parser)
  const [inner, close] = [parser.tokens[parser.at + 1], parser.tokens[parser.at + 2]]
  if (isCommand(token, 'circ', 'degree') || (token.type === 'letter' && token.value === 'o')) {
    parser.at += 1
    return true
  }
  if (
    isOperator(token, '{') &&
    inner !== undefined &&
    isCommand(inner, 'circ', 'degree') &&
    close?.value === '}'
  ) {
    parser.at += 3
    return true
  }
  return false
}

function signOf(parser: Parser): '+' | '-' | '±' | '∓' | undefined {
  const token = peek(parser)
  if (isOperator(token, '+', '-')) return token.value === '+' ? '+' : '-'
  return isCommand(token, 'pm') ? '±' : isCommand(token, 'mp') ? '∓' : undefined
}

/** Whether the next token begins a factor that is written without a sign of multiplication. */
function startsFactor(parser: Parser, left: Node): boolean {
  const token = peek(parser)
  switch (token.type) {
    case 'letter':
      // The letter of a union between brackets, and the letters of `p.m.`, are no factors.
      if (token.value === 'U' && isOperator(parser.tokens[parser.at + 1] ?? token, '(', '['))
        return left.kind !== 'sequence'
      return (
        !/^[ap]$/iu.test(token.value) ||
        parser.tokens[parser.at + 1]?.value !== '.' ||
        parser.tokens[parser.at + 2]?.type !== 'letter'
      )
    case 'number':
      if (left.kind === 'call' || (left.kind === 'product' && left.factors.at(-1)?.kind === 'call'))
        return isFactorialBefore(parser)
      return isPlainInteger(left) && token.space && isFractionAhead(parser)
    case 'word':
      if (token.value === 'factorial' && !isOperator(parser.tokens[parser.at + 1] ?? token, '(')) return false
      if (
        FUNCTIONS.has(token.value) ||
        INFINITY_NAMES.has(token.value) ||
        GREEK.has(token.value) ||
        token.value === 'pi'
      )
        return true
      if (
        PREFIX_FUNCTIONS.some((name) => token.value.startsWith(name) && token.value.length - name.length <= 2)
      )
        return true
      return isSymbolRun(token.value) && !(token.space && token.value.length > 2 && left.kind === 'number')
    case 'command':
      return startsPrimary(token.value)
    case 'operator':
      if (token.value === '|') return parser.bars === 0 && left.kind !== 'sequence'
      return token.value === '(' || token.value === '{' || (token.value === '[' && left.kind !== 'sequence')
    default:
      return false
  }
}

const NOT_PRIMARY: ReadonlySet<string> = new Set(
  (
    'cup cap setminus backslash smallsetminus bigcup bigcap le leq leqslant leqq ge geq geqslant geqq lt gt ne neq approx simeq sim cong in ' +
    'equiv to rightarrow Rightarrow implies not mapsto pm mp cdot times div end rangle rvert rfloor rceil mid pmod bmod mod choose over land lor ' +
    'wedge vee doteq coloneqq triangleq pounds euro permille ldotp cdotp slash ast bullet circ degree vert because therefore rbrace rbrack ' +
    'subset subseteq subsetneq supset supseteq supsetneq parallel perp propto notin'
  ).split(' '),
)

function startsPrimary(command: string): boolean {
  return !NOT_PRIMARY.has(command)
}

/** Two values side by side: a mixed number where both are plain numbers, a product otherwise. */
function beside(parser: Parser, left: Node, right: Node): Node {
  if (left.kind === 'call') return productOf(left, right)
  // `33\\frac13\\%`: the percent sign belongs to the mixed number.
  if (
    right.kind === 'marked' &&
    right.mark.type === 'percent' &&
    right.of.kind === 'quotient' &&
    isPlainInteger(left)
  )
    return { ...right, of: beside(parser, left, right.of) }
  if (
    isPlainInteger(left) &&
    right.kind === 'quotient' &&
    isPlainInteger(right.over) &&
    isPlainInteger(right.under)
  ) {
    if (properFraction(right)) return { kind: 'sum', terms: [left, right] }
  } else if (right.kind === 'number' && isPlainInteger(left)) {
    // `2 1/2`: the slash has not been read yet.
    parser.at += 1
    const under = parsePower(parser)
    const fraction: Node = { kind: 'quotient', over: right, under }
    if (!isPlainInteger(under) || !properFraction(fraction)) return fail()
    return { kind: 'sum', terms: [left, fraction] }
  }
  return productOf(left, right)
}

function properFraction(node: { over: Node; under: Node }): boolean {
  return (
    node.over.kind === 'number' && node.under.kind === 'number' && node.over.value.num < node.under.value.num
  )
}

function isPlainInteger(node: Node): boolean {
  return node.kind === 'number' && node.decimals === undefined
}

/** `50!50!`: a number may stand behind a factorial. */
function isFactorialBefore(parser: Parser): boolean {
  const before = parser.tokens[parser.at - 1]
  return before?.type === 'operator' && before.value === '!'
}

function isFractionAhead(parser: Parser): boolean {
  const [slash, under] = [parser.tokens[parser.at + 1], parser.tokens[parser.at + 2]]
  return slash?.type === 'operator' && slash.value === '/' && under?.type === 'number'
}

function sumOf(terms: Node[]): Node {
  const [only] = terms
  if (only === undefined) return { kind: 'number', value: rational(0n), written: '0', decimals: undefined }
  return terms.length === 1 ? only : { kind: 'sum', terms }
}
