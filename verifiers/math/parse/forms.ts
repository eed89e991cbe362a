import type { Node } from '../values/expression.ts'
import { parseRationalWords } from '../values/number-words.ts'
import { rational } from '../values/rational.ts'
import { parseDate } from './date.ts'

const TYPESETTING = /\\(?:text|textbf|textit|mathrm|mbox|textrm)\s?\{([^{}]*)\}|[$*]|\\[()[\]]/gu
const MAX_LENGTH = 80

/**
 * Forms of a whole answer that the grammar would read as something else: dates, clock times, numbers in words, `1 in 3`;
 * `undefined` for every other text.
 */
export function parseForm(text: string): Node | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const plain = text
    .replace(TYPESETTING, '$1')
    .replace(/[.。]\s*$/u, '')
    .trim()
  return (
    parseTruth(plain) ?? parseDate(plain) ?? parseClock(plain) ?? parseShareOf(plain) ?? parseWords(plain)
  )
}

/** `The statement is true` says true, `Yes, it is` says yes. */
function parseTruth(text: string): Node | undefined {
  const stated =
    /^(?:(?:so|thus|hence|therefore),? )?(?:the |this |that )?(?:statement|claim|assertion|proposition|conjecture|implication|it|this|that) is (?:always )?(true|false)$/iu.exec(
      text,
    )?.[1]
  const led =
    /^(yes|no)(?:,|\.|;|\s[–—-])\s(?!.*\b(?:yes|no|not|but|however|n't|unless|except)\b)[\p{L} ',]{2,60}$/iu.exec(
      text,
    )?.[1]
  const word = (stated ?? led)?.toLowerCase()
  return word === undefined ? undefined : { kind: 'text', text: word }
}

/** `3 o'clock` and `half past three` are times of day. */
function parseClock(text: string): Node | undefined {
  const found =
    /^(?:at )?(\d{1,2}|[a-z]{3,6}) ?o['’]? ?clock(?: (?:in the )?(morning|afternoon|evening|[ap]\.?m)\.?)?$/iu.exec(
      text,
    )
  if (found === null) return undefined
  const hours = /^\d/u.test(found[1] ?? '')
    ? Number(found[1])
    : Number(parseRationalWords(found[1] ?? '')?.num ?? 99n)
  if (hours > 24) return undefined
  const half = found[2] === undefined ? '' : /^(?:morning|a)/iu.test(found[2]) ? 'am' : 'pm'
  return { kind: 'time', minutes: (hours % 12) * 60, half }
}

/** `1 in 3` and `1 out of 3` are shares. */
function parseShareOf(text: string): Node | undefined {
  const found =
    /^(?:a )?(\d{1,9}|[a-z]{3,9})(?: chance)? (?:in|out of|over) (\d{1,9}|[a-z]{3,9})(?: chance)?$/iu.exec(
      text,
    )
  if (found === null) return undefined
  const [over, under] = [wholeNumber(found[1]), wholeNumber(found[2])]
  if (over === undefined || under === undefined || under === 0n) return undefined
  return { kind: 'quotient', over: integer(over), under: integer(under) }
}

/** A number in words with nothing else around it; `half`, `minus three`, `5 and a half`, 三分之一. */
function parseWords(text: string): Node | undefined {
  if (!/^(?:\d{1,12} and )?[\p{L} -]+%?$/u.test(text) || !/^[\p{L}\d]/u.test(text)) return undefined
  const percent = /^(.+?) ?(?:%|per ?cent)$/u.exec(text)?.[1]
  const chinesePercent = text.startsWith('百分之')
  const value = parseRationalWords(percent ?? text)
  if (value === undefined) return undefined
  if (
    value.den === 1n &&
    !chinesePercent &&
    percent === undefined &&
    !/^(?:minus|negative) /iu.test(text) &&
    !/[\u4e00-\u9fff]/u.test(text)
  )
    return undefined
  const number: Node = {
    kind: 'number',
    value: chinesePercent ? rational(value.num * 100n, value.den) : value,
    written: text,
    decimals: undefined,
  }
  return percent !== undefined || chinesePercent
    ? { kind: 'marked', mark: { type: 'percent' }, of: number }
    : number
}

function wholeNumber(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/u.test(text)) return BigInt(text)
  const value = parseRationalWords(text)
  return value?.den === 1n ? value.num : undefined
}

function integer(value: bigint): Node {
  return { kind: 'number', value: rational(value), written: `${value}`, decimals: undefined }
}
