import { add, divide, multiply, negate, rational, type Rational } from './rational.ts'

const DIGITS = '〇一二三四五六七八九'
const FORMAL = '零壹贰叁肆伍陆柒捌玖'
const SMALL_SCALES: Readonly<Record<string, bigint>> = {
  十: 10n,
  拾: 10n,
  百: 100n,
  佰: 100n,
  千: 1000n,
  仟: 1000n,
}
const LARGE_SCALES: Readonly<Record<string, bigint>> = {
  万: 10_000n,
  亿: 100_000_000n,
  億: 100_000_000n,
  兆: 1_000_000_000_000n,
}

/**
 * Reads a number in Chinese or Japanese numerals: 二十五, 一百零三, 三万, 负三, 三分之一, 百分之二十五 (as 1/4), 二点五, 五又二分之一;
 * `undefined` for any other text.
 */
export function parseChineseNumber(text: string): Rational | undefined {
  if (text.length === 0 || text.length > 40) return undefined
  if (/^[负負]/u.test(text)) {
    const value = parseChineseNumber(text.slice(1))
    return value === undefined ? undefined : negate(value)
  }
  const mixed = text.split('又')
  if (mixed.length === 2) {
    const [whole, share] = mixed.map((part) => parseChineseNumber(part))
    return whole === undefined || share === undefined || !mixed[1]?.includes('分之')
      ? undefined
      : add(whole, share)
  }
  const [under, over] = text.split('分之')
  if (under !== undefined && over !== undefined) {
    const below =
      under === '百' ? rational(100n) : under === '千' ? rational(1000n) : parseChineseNumber(under)
    const above = parseChineseNumber(over)
    return below === undefined || above === undefined ? undefined : divide(above, below)
  }
  const [whole = '', decimals] = text.split('点')
  const value = parseWhole(whole)
  if (value === undefined || decimals === undefined) return value === undefined ? undefined : rational(value)
  const digits = decimals.split('').map(digitOf)
  if (digits.length === 0 || digits.includes(undefined)) return undefined
  return add(
    rational(value),
    multiply(rational(BigInt(digits.join(''))), rational(1n, 10n ** BigInt(digits.length))),
  )
}

function parseWhole(text: string): bigint | undefined {
  if (text === '') return undefined
  // 二〇二五: digits side by side.
  if (text.split('').every((char) => digitOf(char) !== undefined))
    return text.length === 1 || /[〇零]/u.test(text) || text.length > 2
      ? BigInt(text.split('').map(digitOf).join(''))
      : undefined
  let total = 0n
  let part = 0n
  let digit: bigint | undefined
  for (const char of text) {
    const value = digitOf(char)
    const small = SMALL_SCALES[char]
    const large = LARGE_SCALES[char]
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0n) return undefined
      digit = BigInt(value)
    } else if (small !== undefined) {
      part += (digit ?? 1n) * small
      digit = undefined
    } else if (large !== undefined) {
      part += digit ?? 0n
      if (part === 0n) return undefined
      total =
        (total + part) * (total === 0n || large > 10_000n ? large : 1n) +
        (total !== 0n && large === 10_000n ? part * (large - 1n) : 0n)
      part = 0n
      digit = undefined
    } else return undefined
  }
  return total + part + (digit ?? 0n)
}

function digitOf(char: string): number | undefined {
  if (char === '两' || char === '兩') return 2
  const at = Math.max(DIGITS.indexOf(char), FORMAL.indexOf(char))
  return at < 0 ? undefined : at
}
