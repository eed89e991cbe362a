import { currencyCode } from '../values/units.ts'
import { parseNumberWords, scaleOf } from '../values/number-words.ts'
import { fail } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import { parseFunction, splitFunctionWord } from './function.ts'
import { takeBase, takePrefixed, takeWordedBase } from './base.ts'
import { parseBraces, parseBrackets, parseEnvironment, parseFences } from './brackets.ts'
import {
  ACCENTS,
  CONNECTIVES,
  FUNCTIONS,
  GREEK,
  INFINITY_NAMES,
  isSymbolRun,
  SENTENCE_WORDS,
  UNKNOWN_OPERATORS,
} from './names.ts'
import { enter, expectOperator, isCommand, isOperator, peek, type Parser } from './parse-state.ts'
import { fromDecimal, multiply, rational, type Rational } from '../values/rational.ts'

/** The smallest complete value: a number, a symbol, a function with its argument or something in brackets. */
export function parsePrimary(parser: Parser): Node {
  enter(parser)
  const token = peek(parser)
  const node =
    token.type === 'number'
      ? parseNumber(parser)
      : token.type === 'letter'
        ? parseLetter(parser)
        : token.type === 'command'
          ? parseCommand(parser)
          : token.type === 'operator'
            ? parseOperator(parser)
            : token.type === 'end'
              ? fail()
              : parseWord(parser)
  parser.depth -= 1
  return node
}

function parseNumber(parser: Parser): Node {
  const token = peek(parser)
  parser.at += 1
  const prefixed = token.value === '0' ? takePrefixed(parser) : undefined
  if (prefixed !== undefined) return prefixed
  const number = numberNode(token.value, token.written)
  const worded = number.decimals === undefined ? takeWordedBase(parser) : undefined
  if (worded !== undefined) return { kind: 'based', digits: token.value, base: worded }
  const next = peek(parser)
  if (isOperator(next, '_') && number.decimals === undefined) {
    parser.at += 1
    return { kind: 'based', digits: token.value, base: takeBase(parser) }
  }
  if (token.value.includes('.') || isCommand(next, 'overline', 'dot', 'overset', 'bar')) {
    const repeating = takeRepeating(parser, token.value)
    if (repeating !== undefined) return repeating
  }
  if (next.type === 'word' || next.type === 'text') {
    const scale = scaleOf(next.value)
    if (scale !== undefined) {
      parser.at += 1
      return { ...number, value: multiply(number.value, rational(BigInt(scale))) }
    }
  }
  return number
}

function numberNode(digits: string, written: string): Extract<Node, { kind: 'number' }> {
  const [mantissa = '', exponent = '0'] = digits.split('e')
  const value: Rational = fromDecimal(mantissa, Number(exponent)) ?? fail()
  const point = mantissa.indexOf('.')
  return { kind: 'number', value, written, decimals: point < 0 ? undefined : mantissa.length - point - 1 }
}

/** `0.\overline{3}`, `0.1\bar{6}`: the value of the endless decimal. */
function takeRepeating(parser: Parser, digits: string): Node | undefined {
  if (!isCommand(peek(parser), 'overline', 'bar', 'dot') || digits.includes('e')) return undefined
  parser.at += 1
  const braced = isOperator(peek(parser), '{')
  if (braced) parser.at += 1
  const token = peek(parser)
  if (token.type !== 'number' || !/^\d{1,40}$/u.test(token.written)) fail()
  parser.at += 1
  if (braced) expectOperator(parser, '}')
  const decimals = digits.includes('.') ? digits.length - digits.indexOf('.') - 1 : 0
  const period = token.written.length
  const whole = BigInt(digits.replace('.', '') + token.written) - BigInt(digits.replace('.', '') || '0')
  const value = rational(whole, (10n ** BigInt(period) - 1n) * 10n ** BigInt(decimals))
  return { kind: 'number', value, written: digits, decimals: undefined }
}

function parseLetter(parser: Parser): Node {
  const token = peek(parser)
  parser.at += 1
  const letter = token.value
  const next = peek(parser)
  if (letter === 'e' && !isOperator(next, '_')) return { kind: 'constant', name: 'e' }
  if (letter === 'i' && !isOperator(next, '_')) return { kind: 'constant', name: 'i' }
  if (parser.python && letter === 'I') return { kind: 'constant', name: 'i' }
  if (parser.python && letter === 'E') return { kind: 'constant', name: 'e' }
  if (next.type === 'number' && !next.space && /^\d{1,3}$/u.test(next.value)) {
    parser.at += 1
    return { kind: 'symbol', name: `${letter}_${next.value}` }
  }
  return parseApplication(parser, letter)
}

/** A symbol with its index and primes, and its argument where it is a function that the text names itself. */
function parseApplication(parser: Parser, letter: string): Node {
  let name = letter
  if (isOperator(peek(parser), '_')) {
    parser.at += 1
    name += `_${takeIndex(parser)}`
  }
  while (isOperator(peek(parser), "'")) {
    parser.at += 1
    name += "'"
  }
  if (isInverse(parser, name)) {
    parser.at += 5
    name += '^-1'
  }
  if (isOperator(peek(parser), '(') && takesArgument(parser, name)) {
    parser.at += 1
    const inner = parser.grammar.items(parser)
    expectOperator(parser, ')')
    return {
      kind: 'apply',
      name,
      args: inner.kind === 'sequence' && inner.open === '' ? inner.items : [inner],
    }
  }
  return { kind: 'symbol', name }
}

/** `f^{-1}(x)`: the inverse function, not a power of f. */
function isInverse(parser: Parser, name: string): boolean {
  const ahead = parser.tokens.slice(parser.at, parser.at + 6).map((token) => token.value)
  return /^[fgh]/u.test(name) && ahead.join('') === '^{-1}('
}

/** `f(…)` is always a function; another letter is one when a single symbol or number stands in the brackets. */
function takesArgument(parser: Parser, name: string): boolean {
  if (/^[fghFGHPQ]/u.test(name)) return true
  if (/^[xyzijkne]$/u.test(name)) return false
  if (/^[A-TV-Z]$/u.test(name) && hasListInBrackets(parser)) return true
  const [inner, close] = [parser.tokens[parser.at + 1], parser.tokens[parser.at + 2]]
  return (
    (inner?.type === 'letter' || inner?.type === 'number') &&
    close?.type === 'operator' &&
    close.value === ')'
  )
}

/** `C(7,3)`, `A(-1,2)`: a capital with several arguments is a function or a point. */
function hasListInBrackets(parser: Parser): boolean {
  let open = 0
  for (const token of parser.tokens.slice(parser.at, parser.at + 30)) {
    if (isOperator(token, '(', '[', '{')) open += 1
    else if (isOperator(token, ')', ']', '}')) open -= 1
    else if (isOperator(token, ',') && open === 1) return true
    if (open === 0) return false
  }
  return false
}

function takeIndex(parser: Parser): string {
  const first = peek(parser)
  parser.at += 1
  if (!isOperator(first, '{')) return first.type === 'end' ? fail() : first.value
  let open = 1
  let index = ''
  while (open > 0) {
    const token = peek(parser)
    if (token.type === 'end' || index.length > 60) return fail()
    if (isOperator(token, '{')) open += 1
    else if (isOperator(token, '}')) open -= 1
    else index += token.value
    parser.at += 1
  }
  return index
}

function parseWord(parser: Parser): Node {
  const token = peek(parser)
  if (token.type === 'word') {
    const following = parser.tokens[parser.at + 1]
    if (
      FUNCTIONS.has(token.value) ||
      (token.value === 'Fraction' && following !== undefined && isOperator(following, '('))
    )
      return parseFunction(parser, token.value)
    if (token.value === 'pi' || token.value === 'Pi') {
      parser.at += 1
      return { kind: 'constant', name: 'pi' }
    }
    if (INFINITY_NAMES.has(token.value)) {
      parser.at += 1
      return { kind: 'constant', name: 'infinity' }
    }
    if (GREEK.has(token.value)) {
      parser.at += 1
      return parseApplication(parser, token.value)
    }
    const glued = splitFunctionWord(token.value)
    if (glued !== undefined) {
      parser.tokens.splice(
        parser.at,
        1,
        ...glued.map((part) => ({ type: part.type, value: part.value, written: '', space: token.space })),
      )
      return parser.grammar.power(parser)
    }
    if (
      isSymbolRun(token.value) &&
      (wholeOf(parser) === '' || /^[^aeiou\p{Lu}]{2}$|^a?[b-dk-nq-zp]{1,2}a?$/u.test(token.value))
    ) {
      const letters = token.value.split('').map((letter) => ({
        type: 'letter' as const,
        value: letter,
        written: '',
        space: false,
      }))
      parser.tokens.splice(parser.at, 1, ...letters)
      // A run of capitals names one thing, such as the side AB; written out it multiplies in any order.
      const factors = letters.slice(0, -1).map(() => parseLetter(parser))
      return { kind: 'product', factors: [...factors, parser.grammar.power(parser)] }
    }
  }
  const code = currencyCode(token.value)
  const next = parser.tokens[parser.at + 1]
  if (code !== undefined && next !== undefined && (next.type === 'number' || isOperator(next, '.'))) {
    parser.at += isOperator(next, '.') ? 2 : 1
    return { kind: 'marked', mark: { type: 'currency', code }, of: parser.grammar.power(parser) }
  }
  return parseText(parser)
}

/** The whole answer when it is a single token, empty otherwise: a lone word is text, not a product. */
function wholeOf(parser: Parser): string {
  return parser.tokens.length === 2 ? (parser.tokens[0]?.value ?? '') : ''
}

/** Words up to the next separator: a number in words, or text. */
function parseText(parser: Parser): Node {
  const words: string[] = []
  for (;;) {
    const token = peek(parser)
    const isWord =
      token.type === 'word' || token.type === 'text' || (token.type === 'letter' && words.length > 0)
    const hyphen = isOperator(token, '-', "'") && words.length > 0 && !token.space
    if (!isWord && !hyphen) break
    if (isWord && CONNECTIVES.has(token.value.toLowerCase()) && !isInsideNumber(words)) break
    words.push(token.value)
    parser.at += 1
    if (words.length > 12) fail()
  }
  if (words.length === 0) return fail()
  const text = words.join(' ').replace(/ ([-']) /gu, '$1')
  for (let count = words.length; count > 0; count -= 1) {
    const value = parseNumberWords(words.slice(0, count).join(' ').replace(/ - /gu, '-'))
    if (value === undefined) continue
    parser.at -= words.length - count
    return { kind: 'number', value: rational(BigInt(value)), written: text, decimals: undefined }
  }
  if (words.some((word) => word === 'is' || word === 'are' || SENTENCE_WORDS.has(word)) && words.length > 3)
    return fail()
  return { kind: 'text', text }
}

function isInsideNumber(words: readonly string[]): boolean {
  return /^(?:hundred|thousand)$/iu.test(words.at(-1) ?? '')
}

function parseOperator(parser: Parser): Node {
  const token = peek(parser)
  const code = currencyCode(token.value)
  if (code !== undefined) {
    parser.at += 1
    const negative = isOperator(peek(parser), '-')
    if (negative) parser.at += 1
    const amount = parser.grammar.power(parser)
    return {
      kind: 'marked',
      mark: { type: 'currency', code },
      of: negative ? { kind: 'negative', of: amount } : amount,
    }
  }
  if (token.value === '{') return parseBraces(parser)
  if (token.value === '(' || token.value === '[' || token.value === '\\{' || token.value === ']') {
    const node = parseBrackets(parser)
    const based =
      token.value === '(' && node.kind === 'number' && node.decimals === undefined && node.value.den === 1n
    if (!based || !isOperator(peek(parser), '_')) return node
    parser.at += 1
    return { kind: 'based', digits: node.value.num.toString(), base: takeBase(parser) }
  }
  if (token.value === '|' || token.value === '\\|') return parseFences(parser, token.value)
  return fail()
}

function parseCommand(parser: Parser): Node {
  const name = peek(parser).value
  if (FUNCTIONS.has(name) || FUNCTION_COMMANDS.has(name)) return parseFunction(parser, name)
  if (name === 'begin') return parseEnvironment(parser)
  if (FENCES.has(name)) return parseFences(parser, name)
  parser.at += 1
  if (name === 'pi') return { kind: 'constant', name: 'pi' }
  if (INFINITY_NAMES.has(name)) return { kind: 'constant', name: 'infinity' }
  if (name === 'emptyset' || name === 'varnothing')
    return { kind: 'sequence', open: '{', close: '', items: [], join: ',' }
  if (name === 'jmath') return { kind: 'symbol', name: 'j' }
  if (name === 'imath' || name === 'mathrmi') return { kind: 'constant', name: 'i' }
  if (name === 'ldots' || name === 'dots' || name === 'cdots' || name === 'dotsc' || name === 'dotsb')
    return { kind: 'symbol', name: '…' }
  if (name === 'mathbb' || name === 'Bbb') return parseNumberSet(parser)
  const accent = ACCENTS[name]
  if (accent !== undefined) return accented(accent, parser.grammar.primary(parser))
  if (name === 'overrightarrow' || name === 'boxed') return parser.grammar.power(parser)
  if (
    name === 'phantom' ||
    name === 'hspace' ||
    name === 'vspace' ||
    name === 'color' ||
    name === 'label' ||
    name === 'tag'
  )
    return skipArgument(parser)
  if (name === 'angle' || name === 'triangle' || name === 'measuredangle') {
    const named = parser.grammar.power(parser)
    return { kind: 'apply', name, args: [name === 'triangle' ? named : withVertex(named)] }
  }
  if (UNKNOWN_OPERATORS.has(name)) return fail()
  // An unknown command is a symbol of its own.
  return parseApplication(parser, name.replace(/^var/u, ''))
}

/** `\bar z` is not z; a line over two capitals or over digits only says that they belong together. */
function accented(accent: string, node: Node): Node {
  if (node.kind === 'symbol') return { kind: 'symbol', name: `${accent} ${node.name}` }
  if (node.kind === 'constant' && (node.name === 'i' || node.name === 'e'))
    return { kind: 'symbol', name: `${accent} ${node.name}` }
  const segment =
    node.kind === 'product' &&
    node.factors.every((part) => part.kind === 'symbol' && /^\p{Lu}/u.test(part.name))
  return segment || node.kind === 'number' ? node : { kind: 'apply', name: accent, args: [node] }
}

/** The middle letter of `\angle ABC` is the vertex; the other two may change places. */
function withVertex(node: Node): Node {
  if (node.kind !== 'product' || node.factors.length !== 3) return node
  const [first, vertex, last] = node.factors
  if (first?.kind !== 'symbol' || vertex?.kind !== 'symbol' || last?.kind !== 'symbol') return node
  return { kind: 'product', factors: [first, { kind: 'symbol', name: `${vertex.name}^` }, last] }
}

const FUNCTION_COMMANDS: ReadonlySet<string> = new Set(
  'frac dfrac tfrac cfrac sfrac binom dbinom tbinom sum prod'.split(' '),
)
const FENCES: ReadonlySet<string> = new Set(
  'lvert vert lfloor lceil langle lbrace lbrack Vert lVert'.split(' '),
)

function parseNumberSet(parser: Parser): Node {
  const braced = isOperator(peek(parser), '{')
  if (braced) parser.at += 1
  const letter = peek(parser).value
  parser.at += 1
  if (braced) expectOperator(parser, '}')
  if (letter !== 'R' || isOperator(peek(parser), '^')) return { kind: 'symbol', name: `set ${letter}` }
  const end: Node = { kind: 'constant', name: 'infinity' }
  return { kind: 'sequence', open: '(', close: ')', items: [{ kind: 'negative', of: end }, end], join: ',' }
}

function skipArgument(parser: Parser): Node {
  if (isOperator(peek(parser), '{')) takeIndex(parser)
  return parser.grammar.power(parser)
}
