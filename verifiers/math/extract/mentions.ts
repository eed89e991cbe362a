import { isUnitName } from '../values/units.ts'
import { readNumber } from '../parse/number-literal.ts'

/** A number in a sentence with what speaks for and against it. */
export type Mention = { text: string; value: string; start: number; end: number; score: number }

const MAX_MENTIONS = 60
/** A word of scale behind digits belongs to the number. */
const SCALE = /^ (?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)s?\b/iu

/** Every number of a line with its sign, currency, unit, percent sign and word of scale, in order. */
export function findMentions(line: string): Mention[] {
  const mentions: Mention[] = []
  for (let at = 0; at < line.length && mentions.length < MAX_MENTIONS; at += 1) {
    const char = line.charAt(at)
    const digit = (char >= '0' && char <= '9') || (char === '.' && /\d/u.test(line.charAt(at + 1)))
    const fraction = line.startsWith('\\frac{', at)
    if (!digit && !fraction) continue
    if (/[\^_]\{?$/u.test(line.slice(Math.max(0, at - 2), at))) continue
    const before = line.charAt(at - 1)
    if (digit && /[\p{L}_\d]/u.test(before) && before < '\u2e80') {
      while (/[\d\p{L}]/u.test(line.charAt(at + 1))) at += 1
      continue
    }
    const mention = fraction ? readFraction(line, at) : readMention(line, at)
    if (mention === undefined) continue
    mentions.push(mention)
    at = Math.max(at, mention.end - 1)
  }
  return mentions
}

function readMention(line: string, start: number): Mention {
  const number = readNumber(line, start, false)
  let { end } = number
  let value = number.digits
  const decimalComma = /^,\d{1,2}(?![\d,])/u.exec(line.slice(end, end + 4))
  if (decimalComma !== null && !number.written.includes('.')) {
    value += `.${decimalComma[0].slice(1)}`
    end += decimalComma[0].length
  }
  const fraction =
    /^ ?\/ ?\d+/u.exec(line.slice(end, end + 12)) ??
    /^ \\frac\{\d+\}\{\d+\}/u.exec(line.slice(end, end + 24)) ??
    /^ \d+\/\d+/u.exec(line.slice(end, end + 12))
  if (fraction !== null) {
    value += fraction[0]
    end += fraction[0].length
  }
  const time = /^:\d\d(?!\d)(?: ?[ap]\.?m\.?)?/iu.exec(line.slice(end, end + 9))
  if (time !== null) {
    value += time[0]
    end += time[0].length
  }
  const ratio = time === null ? /^ ?: ?\d{1,9}(?!\d|:|\.\d)/u.exec(line.slice(end, end + 13)) : null
  if (ratio !== null && !number.written.includes(',')) {
    value += ratio[0]
    end += ratio[0].length
  }
  const percent = /^ ?(?:\\?%|percent\b)/u.exec(line.slice(end, end + 9))
  const head = line.slice(Math.max(0, start - 12), start)
  const worded = /\b(?:minus|negative)\s$/iu.test(head) && !/\d\s(?:minus|negative)\s$/iu.test(head)
  const signed = /(?:^|[\s(:=$])-\s?\\?[$€£]?$/u.test(head) && !/\d\s-\s$/u.test(head)
  const sign = worded || signed ? '-' : ''
  const currency = /\\?([$€£])-?$/u.exec(head)?.[1] ?? ''
  const unit = /^ ?([a-zA-Z]{1,12})\b/u.exec(line.slice(end, end + 16))?.[1] ?? ''
  const scale = SCALE.exec(line.slice(end, end + 16))?.[0] ?? ''
  const text = `${currency}${sign}${value}${scale}${percent === null ? '' : '%'}${percent === null && isUnitName(unit) ? ` \\text{${unit}}` : ''}`
  return {
    text,
    value: plainValue(value),
    start: start - sign.length,
    end: end + (percent?.[0].length ?? 0),
    score: 0,
  }
}

function readFraction(line: string, start: number): Mention | undefined {
  const found = /^\\frac\{(-?[\d.]{1,30})\}\{([\d.]{1,30})\}/u.exec(line.slice(start, start + 80))
  if (found === null) return undefined
  const sign = /(?:^|[\s(:=$])-\s?$/u.test(line.slice(Math.max(0, start - 3), start)) ? '-' : ''
  return {
    text: sign + found[0],
    value: `${found[1]}/${found[2]}`,
    start,
    end: start + found[0].length,
    score: 0,
  }
}

/** The plain values of all numbers of a text, such as a problem whose numbers are decoys. */
export function numbersOf(text: string): Set<string> {
  const found = new Set<string>()
  for (const match of text.slice(0, 20_000).matchAll(/\d[\d,]*(?:\.\d+)?/gu)) found.add(plainValue(match[0]))
  return found
}

function plainValue(digits: string): string {
  const plain = digits.replaceAll(',', '')
  return /^\d+\.\d+$/u.test(plain) ? plain.replace(/\.?0+$/u, '') : plain
}
