import { fail, MAX_NODES, spend, type Budget } from '../values/budget.ts'
import { normaliseCharacters } from '../values/characters.ts'
import { CONNECTIVES } from './names.ts'
import { plainSpellings } from './spellings.ts'
import { readNumber } from './number-literal.ts'

/** `letter` is one letter of mathematics, `word` a run of them, `text` a run inside `\text{…}`. */
export type Token = {
  type: 'number' | 'letter' | 'word' | 'text' | 'command' | 'operator' | 'end'
  value: string
  /** The digits as written, for numbers. */
  written: string
  /** White space or a spacing command stands before it. */
  space: boolean
}

const TEXT_COMMANDS: ReadonlySet<string> = new Set(
  'text textbf textit textrm textnormal textsf texttt mbox hbox mathrm mathsf mathtt operatorname emph underline'.split(
    ' ',
  ),
)
const STYLE_COMMANDS: ReadonlySet<string> = new Set(
  (
    'left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle scriptstyle limits nolimits ' +
    'mathbf boldsymbol mathit mathcal mathfrak bm bf rm it vec overrightarrow quad qquad enspace thinspace ' +
    'Large large small normalsize middle cancel rm sf tt nonumber notag allowbreak displaylimits hfill noindent centering'
  ).split(' '),
)

const DOUBLED = /^(?:[dtc]?frac|sqrt|left|right|text|pi|cdot|times|le|ge|infty|cup)(?![a-z])/u

/** One pass over an answer: characters to tokens, with spacing, sizing and dollar delimiters left out. */
export function lex(raw: string, budget: Budget): Token[] {
  const source = plainSpellings(plainEnvironments(halveEscapes(normaliseCharacters(raw))))
  spend(budget, source.length)
  const currency = dollarsAreMoney(source)
  const environment = source.includes('\\begin')
  const tokens: Token[] = []
  const groups: string[] = []
  let space = false
  let at = 0
  const push = (type: Token['type'], value: string, written = ''): void => {
    if (tokens.length > MAX_NODES) fail()
    tokens.push({ type, value, written, space })
    space = false
  }
  while (at < source.length) {
    const char = source.charAt(at)
    const inText = groups.at(-1) === 'text'
    if (char === ' ' || char === '\n' || char === '~') {
      space = true
      at += 1
    } else if ((char >= '0' && char <= '9') || (char === '.' && isDigit(source.charAt(at + 1)))) {
      const inner = groups.at(-1)
      const number = readNumber(source, at, inner === '(' || inner === '[' || inner === '\\{')
      push('number', number.digits, number.written)
      at = number.end
    } else if (isLetter(char)) {
      let end = at + 1
      if (!isConnective(source, at))
        while (end < source.length && isLetter(source.charAt(end)) && !isConnective(source, end)) end += 1
      const word = source.slice(at, end)
      if (
        /^[xX]$/u.test(word) &&
        tokens.at(-1)?.type === 'number' &&
        space &&
        /^ \d/u.test(source.slice(end, end + 2))
      ) {
        push('operator', '*')
        at = end
        continue
      }
      // `Ce^{2x}`: a constant and the base of an exponential.
      if (/^[A-Z]e$/u.test(word) && source.charAt(end) === '^') {
        push('letter', word.charAt(0))
        push('letter', 'e')
        at = end
        continue
      }
      // `e^{3it}`: no English word stands in an exponent.
      if (
        /^(?:i[a-z]|[a-z]t|a[nsx])$/u.test(word) &&
        /\^\s?\{[-+]?\d{0,9}$/u.test(source.slice(Math.max(0, at - 14), at))
      ) {
        push('letter', word.charAt(0))
        push('letter', word.charAt(1))
        at = end
        continue
      }
      if (word === 'Rs' && source.charAt(end) === '.') end += 1
      if (!space && tokens.at(-1)?.type === 'number' && /^(?:st|nd|rd|th)$/u.test(word)) {
        at = end
        continue
      }
      const glued = inText ? null : /^(?:or|and)(?=\p{Lu})/u.exec(word)
      if (glued !== null && tokens.at(-1)?.type === 'number') {
        push('word', glued[0])
        end = at + glued[0].length
      } else push(inText ? 'text' : word.length === 1 && word < '\u2e80' ? 'letter' : 'word', word)
      at = end
    } else if (char === '\\') {
      const end = commandEnd(source, at)
      const name = source.slice(at + 1, end)
      at = end
      if (TEXT_COMMANDS.has(name)) {
        while (source.charAt(at) === ' ') at += 1
        if (source.charAt(at) === '{') {
          groups.push(
            isOneLetter(source, at) && name !== 'text' && name !== 'textbf' && name !== 'mbox'
              ? 'style'
              : 'text',
          )
          if (name === 'text' || name === 'mbox') space = true
          at += 1
        }
      } else if (STYLE_COMMANDS.has(name)) {
        if (name === 'quad' || name === 'qquad') push('operator', 'quad')
        else if (name === 'left' || name === 'right' || /^[bB]ig/u.test(name))
          at = skipNullDelimiter(source, at)
      } else if (name === ',' || name === ';' || name === ':' || name === '!' || name === ' ' || name === '>')
        space = true
      else if (name === '{' || name === '}') {
        if (name === '{') groups.push('\\{')
        else if (groups.at(-1) === '\\{') groups.pop()
        push('operator', `\\${name}`)
      } else if (name === '$') push('operator', '$')
      else if (name === '%' || name === '&' || name === '#') push('operator', name)
      else if (name === '_') push('operator', '_')
      else if (name === '(' || name === ')' || name === '[' || name === ']') space = true
      else if (name === '\\') {
        // One escaping too many in a single place; inside a matrix it would be a new row.
        if (!environment && DOUBLED.test(source.slice(at, at + 8))) {
          at -= 1
          continue
        }
        push('operator', '\\\\')
        const skip = /^\s*\[-?\d+(?:\.\d+)?(?:pt|ex|em|mm|cm)\]/u.exec(source.slice(at, at + 16))
        at += skip === null ? 0 : skip[0].length
      } else if (name === '') fail()
      else push('command', name)
    } else if (char === '$') {
      if (currency) push('operator', '$')
      else space = true
      at += 1
    } else {
      if (char === '(' || char === '[') groups.push(char)
      else if (char === '{') groups.push('{')
      else if (char === ')' && groups.at(-1) === '(') groups.pop()
      else if (char === ']' && (groups.at(-1) === '[' || groups.at(-1) === '(')) groups.pop()
      else if (char === ')' && groups.at(-1) === '[') groups.pop()
      else if (char === '}') {
        const group = groups.pop()
        if (group === 'text' || group === 'style') {
          space ||= group === 'text'
          at += 1
          continue
        }
      }
      const two = source.slice(at, at + 2)
      const operator =
        two === '**' ||
        two === '<=' ||
        two === '>=' ||
        two === '!=' ||
        two === '==' ||
        two === '->' ||
        two === '=>'
          ? two
          : char
      push('operator', operator)
      at += operator.length
    }
  }
  push('end', '')
  return tokens
}

/** A system in an array between a brace and an invisible delimiter is a system in `cases`. */
function plainEnvironments(text: string): string {
  const colons = text.includes('{:}') ? text.replaceAll('{:}', ':') : text
  if (!colons.includes('\\right.')) return colons
  return colons
    .replace(/\\left\s?\\\{\s{0,4}\\begin\{(?:array\}\{[lcr| ]{1,9}|aligned|matrix)\}/u, '\\begin{cases}')
    .replace(/\\end\{(?:array|aligned|matrix)\}\s{0,4}\\right\./u, '\\end{cases}')
}

/** Texts that went through one escaping too many have every command doubled; single ones show that `\\` is a line break. */
function halveEscapes(text: string): string {
  if (!text.includes('\\\\')) return text
  let run = 0
  let doubled = false
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') run += 1
    else {
      if (run > 0 && isLetter(text.charAt(at))) {
        if (run % 2 === 1) return text
        doubled = true
      }
      run = 0
    }
  }
  return doubled ? text.replaceAll('\\\\', '\\') : text
}

/** Dollar signs that are not a pair around mathematics mean money. */
function dollarsAreMoney(text: string): boolean {
  let count = 0
  let beforeDigit = 0
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (text.charAt(at - 1) === '\\') continue
    count += 1
    if (/^ ?\d/u.test(text.slice(at + 1, at + 3))) beforeDigit += 1
  }
  return count % 2 === 1 || (count > 1 && count === beforeDigit)
}

/** One Chinese character between two values; as a part of a word it is not one. */
function isConnective(text: string, at: number): boolean {
  const char = text.charAt(at)
  if (char < '\u2e80' || !CONNECTIVES.has(char)) return false
  return !/[\u2e80-\u9fff]/u.test(text.charAt(at - 1) + text.charAt(at + 1))
}

function commandEnd(text: string, at: number): number {
  let end = at + 1
  if (!isLetter(text.charAt(end))) return Math.min(text.length, end + 1)
  while (end < text.length && isLetter(text.charAt(end))) end += 1
  return end
}

function skipNullDelimiter(text: string, from: number): number {
  let at = from
  while (text.charAt(at) === ' ') at += 1
  return text.charAt(at) === '.' ? at + 1 : from
}

function isOneLetter(text: string, at: number): boolean {
  return isLetter(text.charAt(at + 1)) && text.charAt(at + 2) === '}'
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

function isLetter(char: string): boolean {
  return (
    (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char > '\u00bf' && /\p{L}/u.test(char))
  )
}
