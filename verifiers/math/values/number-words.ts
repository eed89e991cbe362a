import { parseChineseNumber } from './chinese-numbers.ts'
import { add, multiply, negate, rational, type Rational } from './rational.ts'

const SMALL: ReadonlyMap<string, number> = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen'
  )
    .split(' ')
    .map((word, value) => [word, value]),
)
const TENS: ReadonlyMap<string, number> = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, at) => [word, 20 + 10 * at]),
)
const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1000],
  ['lakh', 100_000],
  ['million', 1_000_000],
  ['crore', 10_000_000],
  ['billion', 1_000_000_000],
  ['trillion', 1_000_000_000_000],
])
/** Reads an English whole number in words (`twenty-five`, `one hundred and two`) or a Chinese one. */
export function parseNumberWords(text: string): number | undefined {
  if (text.length > 100) return undefined
  const chinese = /[\u3007\u4e00-\u9fff]/u.test(text) ? parseChineseNumber(text.trim()) : undefined
  if (chinese?.den === 1n && chinese.num >= 0n) return Number(chinese.num)
  const words = text.toLowerCase().replaceAll('-', ' ').split(/\s+/u).filter(Boolean)
  if (words.length === 0 || words.length > 12) return undefined
  let total = 0
  let part = 0
  let previous = ''
  for (const word of words) {
    const small = SMALL.get(word)
    const tens = TENS.get(word)
    const scale = SCALES.get(word)
    if (word === 'and' && (previous === 'hundred' || previous === 'thousand')) continue
    if (small !== undefined && (previous === '' || !SMALL.has(previous))) part += small
    else if (tens !== undefined && !SMALL.has(previous) && !TENS.has(previous)) part += tens
    else if (scale === 100 && part > 0 && part < 100) part *= 100
    else if (scale !== undefined && scale > 100 && part > 0) {
      total += part * scale
      part = 0
    } else return undefined
    previous = word
  }
  return total + part
}

/** The factor of a scale word that may follow digits, as in `1.5 million`. */
export function scaleOf(word: string): number | undefined {
  return SCALES.get(word.toLowerCase())
}

const SHARES: ReadonlyMap<string, bigint> = new Map(
  (
    [
      ['half', 2n],
      ['halves', 2n],
      ['third', 3n],
      ['quarter', 4n],
      ['fourth', 4n],
      ['fifth', 5n],
      ['sixth', 6n],
      ['seventh', 7n],
      ['eighth', 8n],
      ['ninth', 9n],
      ['tenth', 10n],
      ['twelfth', 12n],
      ['hundredth', 100n],
      ['thousandth', 1000n],
    ] as const
  ).flatMap(([name, value]) => [[name, value] as const, [`${name}s`, value] as const]),
)

/**
 * Reads any number in words: `minus three`, `one half`, `three quarters`, `five and a half`, `two point five`, or a
 * Chinese one such as 三分之一 and 百分之二十五.
 */
export function parseRationalWords(text: string): Rational | undefined {
  if (text.length > 100) return undefined
  if (/[\u3007\u4e00-\u9fff]/u.test(text)) return parseChineseNumber(text.trim())
  const plain = text.toLowerCase().replaceAll('-', ' ').replace(/\s+/gu, ' ').trim()
  const signed = /^(?:minus|negative) (.+)$/u.exec(plain)?.[1]
  if (signed !== undefined) {
    const value = parseRationalWords(signed)
    return value === undefined ? undefined : negate(value)
  }
  const [, whole, share] = /^(?:(.+) and )?(.+)$/u.exec(plain) ?? []
  const part = share === undefined ? undefined : parseShare(share)
  if (part !== undefined) {
    const rest = whole === undefined ? 0 : /^\d{1,12}$/u.test(whole) ? Number(whole) : parseNumberWords(whole)
    return rest === undefined ? undefined : add(rational(BigInt(rest)), part)
  }
  const [before = '', after] = plain.split(' point ')
  const integer = parseNumberWords(before)
  if (integer === undefined || after === undefined)
    return integer === undefined ? undefined : rational(BigInt(integer))
  const digits = after.split(' ').map((word) => SMALL.get(word))
  if (digits.some((digit) => digit === undefined || digit > 9)) return undefined
  return add(rational(BigInt(integer)), rational(BigInt(digits.join('')), 10n ** BigInt(digits.length)))
}

/** `half`, `a third`, `three quarters`, `two-thirds`. */
function parseShare(text: string): Rational | undefined {
  const words = text.split(' ')
  const under = SHARES.get(words.at(-1) ?? '')
  if (under === undefined) return undefined
  const count = words.slice(0, -1).join(' ')
  // The ordinal `third` alone is no share.
  if (count === '' && !/^(?:half|quarter)$/u.test(text)) return undefined
  const over = count === '' || count === 'a' || count === 'an' ? 1 : parseNumberWords(count)
  return over === undefined ? undefined : multiply(rational(BigInt(over)), rational(1n, under))
}
