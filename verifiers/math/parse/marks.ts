import { currencyCode, parseUnit, type Unit } from '../values/units.ts'
import { fail } from '../values/budget.ts'
import { isScalar, type Mark, type Node } from '../values/expression.ts'
import { CONNECTIVES, SENTENCE_WORDS } from './names.ts'
import { parsePower } from './arithmetic.ts'
import { divide, rational, toNumber, type Rational } from '../values/rational.ts'
import { isCommand, isOperator, peek, takeHalfOfDay, type Parser } from './parse-state.ts'

/** Longest phrase behind a number that may still be its unit. */
const MAX_MARK_WORDS = 8

/** Takes units, currency and other words that stand behind a value and records them on it. */
export function parseMarks(parser: Parser, value: Node): Node {
  let marked = temperature(parser, value)
  for (;;) {
    marked = takeMultipliers(parser, marked)
    const mark = takeMark(parser, marked)
    if (mark === undefined) return parseCompound(parser, marked)
    if (mark === 'time') {
      const half = takeHalfOfDay(parser)
      if (half === '' || value.kind !== 'number') return fail()
      return { kind: 'time', minutes: (Number(value.value.num) % 12) * 60, half }
    }
    // `a parabola` is words, not a quantity called a.
    if (mark.type === 'words' && marked.kind === 'symbol')
      marked = { kind: 'text', text: `${marked.name} ${mark.words}` }
    else marked = { kind: 'marked', mark, of: marked }
  }
}

/** `20^\circ C`: the grammar has read the letter as part of the degree sign. */
function temperature(parser: Parser, value: Node): Node {
  const inner = value.kind === 'negative' ? value.of : value
  const [sign, letter] = [parser.tokens[parser.at - 2], parser.tokens[parser.at - 1]]
  const scale = letter?.type === 'letter' ? temperatureScale(letter.value) : undefined
  if (inner.kind !== 'marked' || inner.mark.type !== 'degree' || scale === undefined) return value
  if (sign === undefined || !(isCommand(sign, 'circ', 'degree') || isOperator(sign, '}'))) return value
  return { kind: 'marked', mark: scale, of: value }
}

function temperatureScale(name: string): Mark | undefined {
  const scale = { c: 'celsius', celsius: 'celsius', f: 'fahrenheit', fahrenheit: 'fahrenheit' }[
    name.toLowerCase()
  ]
  const unit = scale === undefined ? undefined : parseUnit(scale)
  return unit === undefined ? undefined : { type: 'unit', unit }
}

const MULTIPLIERS: ReadonlyMap<string, Rational> = new Map([
  ...(
    [
      ['dozen', 12n],
      ['hundred', 100n],
      ['thousand', 1000n],
      ['lakh', 100_000n],
      ['million', 1_000_000n],
      ['crore', 10_000_000n],
      ['billion', 1_000_000_000n],
      ['trillion', 1_000_000_000_000n],
    ] as const
  ).flatMap(([name, value]) => [[name, rational(value)] as const, [`${name}s`, rational(value)] as const]),
  ...(
    [
      ['halves', 2n],
      ['half', 2n],
      ['thirds', 3n],
      ['fourths', 4n],
      ['fifths', 5n],
      ['sixths', 6n],
      ['sevenths', 7n],
      ['eighths', 8n],
      ['ninths', 9n],
      ['tenths', 10n],
      ['hundredths', 100n],
      ['thousandths', 1000n],
      ['ten-thousandths', 10_000n],
      ['millionths', 1_000_000n],
    ] as const
  ).map(([name, value]) => [name, rational(1n, value)] as const),
  ['十', rational(10n)],
  ['百', rational(100n)],
  ['千', rational(1000n)],
  ['万', rational(10_000n)],
  ['億', rational(100_000_000n)],
  ['亿', rational(100_000_000n)],
])

/** `3 dozen`, `5 tenths`, `5 factorial` and `18 squared`: words that calculate with the value before them. */
function takeMultipliers(parser: Parser, value: Node): Node {
  let node = value
  while (isScalar(node) && node.kind !== 'marked') {
    const token = peek(parser)
    if (token.type !== 'word' && token.type !== 'text') return node
    const word = token.value.toLowerCase()
    const times =
      MULTIPLIERS.get(word) ?? (parseUnit(word) === undefined ? MULTIPLIERS.get(word.charAt(0)) : undefined)
    if (times !== undefined && node.kind !== 'symbol') {
      node = { kind: 'product', factors: [factor(times), node] }
      // `5万人`: the sign of scale and the noun are one run of characters.
      if (!MULTIPLIERS.has(word)) {
        parser.tokens[parser.at] = { ...token, value: token.value.slice(1), space: false }
        continue
      }
    } else if ((word === 'squared' || word === 'cubed') && !isUnitAhead(parser))
      node = { kind: 'power', base: node, exponent: integer(word === 'squared' ? 2n : 3n) }
    else if (word === 'factorial') node = { kind: 'call', name: 'factorial', args: [node] }
    else return node
    parser.at += 1
  }
  return node
}

function factor(value: Rational): Node {
  return { kind: 'number', value, written: '', decimals: undefined }
}

/** `5 squared meters` is an area, not a square. */
function isUnitAhead(parser: Parser): boolean {
  const next = parser.tokens[parser.at + 1]
  return next !== undefined && next.type !== 'end' && parseUnit(next.value) !== undefined
}

function integer(value: bigint): Node {
  return { kind: 'number', value: rational(value), written: `${value}`, decimals: undefined }
}

/** `1 hour 30 minutes`: a second quantity of the same kind is added in the unit of the first. */
function parseCompound(parser: Parser, first: Node): Node {
  if (first.kind !== 'marked' || first.mark.type !== 'unit') return first
  if (joinsSmallerUnit(parser, first.mark.unit)) parser.at += 1
  if (peek(parser).type !== 'number') return first
  const second = parseMarks(parser, parsePower(parser))
  if (second.kind !== 'marked' || second.mark.type !== 'unit') return fail()
  const [a, b] = [first.mark.unit, second.mark.unit]
  const factor = divide(b.factor, a.factor)
  if (a.dimension !== b.dimension || factor === undefined) return fail()
  const converted: Node = {
    kind: 'product',
    factors: [{ kind: 'number', value: factor, written: '', decimals: undefined }, second.of],
  }
  return { ...first, of: { kind: 'sum', terms: [first.of, converted] } }
}

/** `5 hours and 30 minutes` is one quantity, `3 cm and 4 cm` are two. */
function joinsSmallerUnit(parser: Parser, unit: Unit): boolean {
  const [connective, number, name] = parser.tokens.slice(parser.at, parser.at + 3)
  if (connective?.value !== 'and' || number?.type !== 'number' || name === undefined) return false
  const next = parseUnit(name.value)
  return (
    next !== undefined && next.dimension === unit.dimension && toNumber(next.factor) < toNumber(unit.factor)
  )
}

function takeMark(parser: Parser, value: Node): Mark | 'time' | undefined {
  const token = peek(parser)
  if (token.type === 'operator') {
    const code = currencyCode(token.value)
    if (code !== undefined) {
      parser.at += 1
      return { type: 'currency', code }
    }
    return undefined
  }
  if (isCommand(token, 'pounds', 'euro', 'permille')) {
    parser.at += 1
    return token.value === 'permille'
      ? fail()
      : { type: 'currency', code: token.value === 'euro' ? 'EUR' : 'GBP' }
  }
  if (isCommand(token, 'pmod', 'bmod', 'mod')) return takeModulus(parser)
  const dotted =
    token.type === 'letter' && /^[ap]$/iu.test(token.value) && parser.tokens[parser.at + 1]?.value === '.'
  if (dotted && value.kind === 'number') return 'time'
  if (token.type !== 'word' && token.type !== 'text') return undefined
  const lower = token.value.toLowerCase()
  if (CONNECTIVES.has(lower)) return undefined
  const next = parser.tokens[parser.at + 1]
  if (lower === 'to' && next?.type === 'number') return undefined
  if (lower === 'in' && next !== undefined && isOperator(next, '(', '[', '\\{')) return undefined
  if (value.kind === 'number' && (lower === 'am' || lower === 'pm')) return 'time'
  if (lower === 'per' && next?.value.toLowerCase() === 'cent') parser.at += 1
  if (
    lower === 'percent' ||
    (peek(parser).value.toLowerCase() === 'cent' && lower === 'per') ||
    lower === 'pct' ||
    lower === 'percentage' ||
    lower === 'percents'
  ) {
    parser.at += 1
    if (['point', 'points'].includes(peek(parser).value.toLowerCase())) parser.at += 1
    return { type: 'percent' }
  }
  if (lower === 'degrees' || lower === 'degree' || lower === 'deg') {
    parser.at += 1
    const scale = temperatureScale(peek(parser).value)
    if (scale !== undefined) parser.at += 1
    return scale ?? { type: 'degree' }
  }
  const scale =
    value.kind === 'marked' && value.mark.type === 'degree' ? temperatureScale(token.value) : undefined
  if (scale !== undefined) {
    parser.at += 1
    return scale
  }
  return phrase(takePhrase(parser))
}

/** The words, unit powers and divisions up to the next separator. */
function takePhrase(parser: Parser): string[] {
  const parts: string[] = []
  for (;;) {
    const token = peek(parser)
    const lower = token.value.toLowerCase()
    const word =
      token.type === 'word' || token.type === 'text' || (token.type === 'letter' && parts.length > 0)
    if (word && !CONNECTIVES.has(lower)) parts.push(token.value)
    else if (isOperator(token, '^', '**', '/', '-', "'", '{', '}') && parts.length > 0)
      parts.push(token.value)
    else if (isOperator(token, '*') || isCommand(token, 'cdot')) parts.push(' ')
    else if (token.type === 'number' && ['^', '**', '{', '-'].includes(parts.at(-1) ?? ''))
      parts.push(token.value)
    else if (isOperator(token, '.') && /^(?:in|ft|sq|hr|min|cm|yd|oz|lb|Rs)$/u.test(parts.at(-1) ?? ''))
      parts.push(' ')
    else if (isOperator(token, '(') && isWordInBrackets(parser)) {
      parser.at += 3
      continue
    } else return parts
    if (parts.length > MAX_MARK_WORDS * 2) fail()
    parser.at += 1
  }
}

function isWordInBrackets(parser: Parser): boolean {
  const [word, close] = [parser.tokens[parser.at + 1], parser.tokens[parser.at + 2]]
  return (word?.type === 'word' || word?.type === 'text') && close?.type === 'operator' && close.value === ')'
}

function phrase(parts: string[]): Mark {
  const names = parts.filter((part) => /^\p{L}/u.test(part))
  if (names.length > MAX_MARK_WORDS || names.some((name) => SENTENCE_WORDS.has(name.toLowerCase())))
    return fail()
  // 8不是答案 denies what it names.
  if (names.some((name) => /[不非错]|ない|ません|아니/u.test(name))) return fail()
  const text = parts
    .join(' ')
    .replace(/ ?(\^|\*\*|\/|[{}]|-) ?/gu, '$1')
    .trim()
  const code = currencyCode(text)
  if (code !== undefined) return { type: 'currency', code }
  const unit = parseUnit(text) ?? unitBeforeWords(text)
  return unit === undefined ? { type: 'words', words: text.toLowerCase() } : { type: 'unit', unit }
}

/** `5 km long`, `10 N east`: the unit of a phrase that goes on, under the name of the whole phrase. */
function unitBeforeWords(text: string): Unit | undefined {
  const words = text.split(/ +/u)
  if (/\/|\b(?:per|each|every|squared|cubed)\b/iu.test(text) || words[0] === 'in') return undefined
  for (let count = words.length - 1; count > 0; count -= 1) {
    const unit = parseUnit(words.slice(0, count).join(' '))
    if (unit !== undefined) return { ...unit, name: text }
  }
  return undefined
}

/** `\pmod{7}`: the modulus is a remark about the number before it. */
function takeModulus(parser: Parser): Mark {
  parser.at += 1
  const parts: string[] = []
  const braced = isOperator(peek(parser), '{')
  if (braced) parser.at += 1
  while (peek(parser).type !== 'end' && !isOperator(peek(parser), '}') && parts.length < 8) {
    parts.push(peek(parser).value)
    parser.at += 1
    if (!braced) break
  }
  if (braced && isOperator(peek(parser), '}')) parser.at += 1
  return { type: 'words', words: `mod ${parts.join('')}` }
}
