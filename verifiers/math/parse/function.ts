import { fail } from '../values/budget.ts'
import { infinitySign } from '../evaluate/context.ts'
import { productOf, type Node } from '../values/expression.ts'
import { FUNCTION_ALIASES, FUNCTIONS, PREFIX_FUNCTIONS } from './names.ts'
import { expectOperator, isCommand, isOperator, peek, type Parser } from './parse-state.ts'
import { rational } from '../values/rational.ts'

/** A named function with its argument, in brackets, in braces or bare. */
export function parseFunction(parser: Parser, written: string): Node {
  parser.at += 1
  const name = FUNCTION_ALIASES[written] ?? written
  switch (name) {
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
    case 'sfrac':
      return { kind: 'quotient', over: shortArgument(parser), under: shortArgument(parser) }
    case 'binom':
    case 'dbinom':
    case 'tbinom':
      return { kind: 'call', name: 'binomial', args: [shortArgument(parser), shortArgument(parser)] }
    case 'sqrt':
      return parseRoot(parser)
    case 'sum':
    case 'prod':
      return parseSeries(parser, name)
    case 'lg':
      return { kind: 'call', name: 'log', args: [argument(parser), integer(10)] }
    case 'log':
      return parseLogarithm(parser)
    default:
      return parseOrdinary(parser, name)
  }
}

/** `sinx` and `xsin` are one word to the lexer; they are taken apart where exactly one function fits. */
export function splitFunctionWord(word: string): { type: 'word' | 'letter'; value: string }[] | undefined {
  for (const name of PREFIX_FUNCTIONS) {
    const rest = word.length - name.length
    if (rest < 1 || rest > 2) continue
    if (word.startsWith(name)) return [{ type: 'word', value: name }, ...lettersOf(word.slice(name.length))]
    if (word.endsWith(name)) return [...lettersOf(word.slice(0, rest)), { type: 'word', value: name }]
  }
  return undefined
}

function lettersOf(text: string): { type: 'letter'; value: string }[] {
  return text.split('').map((value) => ({ type: 'letter', value }))
}

/** An argument of `\frac` and its like: a group, or the single digit or token that TeX would take. */
function shortArgument(parser: Parser): Node {
  const token = peek(parser)
  if (token.type !== 'number' || token.written.length === 1) {
    if (isOperator(token, '{')) return parseGroup(parser)
    return token.type === 'number' ? parser.grammar.primary(parser) : parser.grammar.power(parser)
  }
  if (!/^\d+$/u.test(token.written)) return parser.grammar.power(parser)
  parser.tokens[parser.at] = {
    ...token,
    value: token.value.slice(1),
    written: token.written.slice(1),
    space: false,
  }
  return integer(Number(token.value.charAt(0)))
}

function parseGroup(parser: Parser): Node {
  expectOperator(parser, '{')
  const inner = parser.grammar.sum(parser)
  // `\frac{12 \text{ cm}}{4}` and lists in a fraction are not understood.
  expectOperator(parser, '}')
  return inner
}

function parseRoot(parser: Parser): Node {
  let degree: Node | undefined
  if (isOperator(peek(parser), '[')) {
    parser.at += 1
    degree = parser.grammar.sum(parser)
    expectOperator(parser, ']')
  }
  const token = peek(parser)
  let radicand: Node
  if (isOperator(token, '{')) radicand = parseGroup(parser)
  else if (isOperator(token, '(')) {
    parser.at += 1
    radicand = parser.grammar.sum(parser)
    expectOperator(parser, ')')
  } else radicand = parser.grammar.primary(parser)
  const exponent: Node = { kind: 'quotient', over: integer(1), under: degree ?? integer(2) }
  const root: Node = { kind: 'power', base: radicand, exponent }
  if (isOperator(peek(parser), '^', '**')) {
    parser.at += 1
    return { kind: 'power', base: root, exponent: parser.grammar.power(parser) }
  }
  return root
}

function parseSeries(parser: Parser, name: string): Node {
  let variable = ''
  let from: Node | undefined
  let to: Node | undefined
  while (isOperator(peek(parser), '_', '^')) {
    const lower = isOperator(peek(parser), '_')
    parser.at += 1
    if (!lower) to = isOperator(peek(parser), '{') ? parseGroup(parser) : parser.grammar.power(parser)
    else {
      expectOperator(parser, '{')
      const letter = peek(parser)
      if (letter.type !== 'letter') fail()
      variable = letter.value
      parser.at += 1
      expectOperator(parser, '=')
      from = parser.grammar.sum(parser)
      expectOperator(parser, '}')
    }
  }
  if (from === undefined || to === undefined) return fail()
  return { kind: 'series', name, variable, from, to, body: parser.grammar.term(parser) }
}

function parseLogarithm(parser: Parser): Node {
  let base: Node | undefined
  if (isOperator(peek(parser), '_')) {
    parser.at += 1
    base = isOperator(peek(parser), '{') ? parseGroup(parser) : shortArgument(parser)
  }
  const exponent = takeExponent(parser)
  const args = isOperator(peek(parser), '(') ? bracketed(parser) : [argument(parser)]
  const [value, second] = args
  if (value === undefined || args.length > 2) return fail()
  const chosen =
    second?.kind === 'symbol' && second.name === 'E'
      ? { kind: 'constant' as const, name: 'e' as const }
      : second
  const call: Node = {
    kind: 'call',
    name: 'log',
    args: (base ?? chosen) === undefined ? [value] : [value, base ?? chosen ?? fail()],
  }
  return exponent === undefined ? call : { kind: 'power', base: call, exponent }
}

function parseOrdinary(parser: Parser, name: string): Node {
  const ends = name === 'Interval' ? takeEnds(parser) : undefined
  const exponent = takeExponent(parser)
  const args = isOperator(peek(parser), '(') ? bracketed(parser) : [argument(parser)]
  if (name === 'Interval') return sympyInterval(args, ends)
  if (name === 'Matrix' || name === 'FiniteSet' || name === 'Union') return sympyContainer(name, args)
  if (
    (name === 'Rational' || name === 'Fraction') &&
    args.length === 2 &&
    args[0] !== undefined &&
    args[1] !== undefined
  ) {
    return { kind: 'quotient', over: args[0], under: args[1] }
  }
  if (name === 'Eq' && args.length === 2) return { kind: 'relation', operators: ['='], operands: args }
  if (name === 'cis' && args[0] !== undefined) return cis(args[0])
  if (name === 'Pow' && args[0] !== undefined && args[1] !== undefined)
    return { kind: 'power', base: args[0], exponent: args[1] }
  if (
    exponent?.kind === 'negative' &&
    exponent.of.kind === 'number' &&
    exponent.of.value.num === 1n &&
    INVERTIBLE.has(name)
  ) {
    return { kind: 'call', name: `arc${name}`, args }
  }
  const call: Node = { kind: 'call', name, args }
  return exponent === undefined ? call : { kind: 'power', base: call, exponent }
}

/** `cis x` is `cos x + i sin x`. */
function cis(angle: Node): Node {
  const [cosine, sine] = ['cos', 'sin'].map((name): Node => ({ kind: 'call', name, args: [angle] }))
  if (cosine === undefined || sine === undefined) return fail()
  return {
    kind: 'sum',
    terms: [cosine, { kind: 'product', factors: [{ kind: 'constant', name: 'i' }, sine] }],
  }
}

const INVERTIBLE: ReadonlySet<string> = new Set([
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'sinh',
  'cosh',
  'tanh',
])

function sympyContainer(name: string, args: Node[]): Node {
  const [only] = args
  if (name === 'FiniteSet') return { kind: 'sequence', open: '{', close: '', items: args, join: ',' }
  if (name === 'Matrix' && only?.kind === 'sequence') {
    const rows = only.items.map((row) => (row.kind === 'sequence' ? row.items : [row]))
    return { kind: 'matrix', rows }
  }
  if (name === 'Union' && only !== undefined) {
    return args
      .slice(1)
      .reduce<Node>((left, right) => ({ kind: 'operation', operator: 'union', left, right }), only)
  }
  return fail()
}

/** `Interval.open`, `Interval.Lopen` and `Interval.Ropen`: which ends are open. */
function takeEnds(parser: Parser): readonly [boolean, boolean] | undefined {
  if (!isOperator(peek(parser), '.')) return undefined
  const ends = INTERVAL_ENDS[parser.tokens[parser.at + 1]?.value ?? '']
  parser.at += 2
  return ends ?? fail()
}

const INTERVAL_ENDS: Readonly<Record<string, readonly [boolean, boolean]>> = {
  open: [true, true],
  Lopen: [true, false],
  Ropen: [false, true],
}

/** `Interval(0, 1, True, False)` tells of either end whether it is open; an infinite one always is. */
function sympyInterval(args: readonly Node[], ends: readonly [boolean, boolean] | undefined): Node {
  const [low, high, ...flags] = args
  if (low === undefined || high === undefined || flags.length > 2) return fail()
  const told = flags.map((flag) =>
    flag.kind === 'text' && /^(?:True|False)$/u.test(flag.text) ? flag.text === 'True' : fail(),
  )
  if (ends !== undefined && told.length > 0) fail()
  const [left, right] = ends ?? [told[0] ?? false, told[1] ?? false]
  return {
    kind: 'sequence',
    open: left || infinitySign(low) !== 0 ? '(' : '[',
    close: right || infinitySign(high) !== 0 ? ')' : ']',
    items: [low, high],
    join: ',',
  }
}

function takeExponent(parser: Parser): Node | undefined {
  if (!isOperator(peek(parser), '^', '**')) return undefined
  parser.at += 1
  if (isOperator(peek(parser), '{')) return parseGroup(parser)
  const negative = isOperator(peek(parser), '-')
  if (negative) parser.at += 1
  const exponent = shortArgument(parser)
  return negative ? { kind: 'negative', of: exponent } : exponent
}

function bracketed(parser: Parser): Node[] {
  expectOperator(parser, '(')
  const inner = parser.grammar.items(parser)
  expectOperator(parser, ')')
  return inner.kind === 'sequence' && inner.open === '' ? inner.items : [inner]
}

/** A bare argument: `\sin 2x` takes both factors, `\sin x \cos y` and `\sin x (1+y)` only the first. */
function argument(parser: Parser): Node {
  const negative = isOperator(peek(parser), '-')
  if (negative) parser.at += 1
  let node = parser.grammar.power(parser)
  for (;;) {
    const token = peek(parser)
    const factor =
      (token.type === 'letter' && !(token.value === 'U')) ||
      (token.type === 'word' && token.value === 'pi') ||
      (token.type === 'command' &&
        (token.value === 'pi' ||
          isCommand(token, 'theta', 'alpha', 'beta', 'phi', 'omega', 'sqrt', 'frac')) &&
        !FUNCTIONS_ENDING.has(token.value))
    if (!factor) break
    node = productOf(node, parser.grammar.power(parser))
  }
  return negative ? { kind: 'negative', of: node } : node
}

const FUNCTIONS_ENDING: ReadonlySet<string> = new Set([...FUNCTIONS].filter((name) => name !== 'sqrt'))

function integer(value: number): Node {
  return { kind: 'number', value: rational(BigInt(value)), written: String(value), decimals: undefined }
}
