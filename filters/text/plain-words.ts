import { unitsOf } from './units.ts'

/** The words of a text as they are compared across sources: letters or digits, without spelling and layout. */
export type PlainWords = {
  /** Each word in Unicode form KC and lower case. */
  words: string[]
  /** Where it stands in the text, in UTF-16 units. */
  starts: number[]
  ends: number[]
}

const [unknown, letter, digit, sign, other, alone] = [0, 1, 2, 3, 4, 5]

/** What each UTF-16 unit is, filled in as units are met; a character of two units is looked up each time. */
const kinds = new Uint8Array(65_536)

/**
 * Splits a text into runs of letters, runs of digits and single characters of scripts without spaces, and on demand the
 * signs of mathematics, each alone. Commands of
 * LaTeX that only lay out (`\left`, `\displaystyle`, spaces) are left out, and the sizes of fractions are one.
 */
export function plainWords(text: string, { signs }: { signs: boolean }): PlainWords {
  const words: string[] = []
  const starts: number[] = []
  const ends: number[] = []
  const units = unitsOf(text)
  let at = 0
  while (at < text.length) {
    let kind = kinds[units[at]!]!
    if (kind === unknown) kind = kindAt(text, at)
    const start = at
    // Most of a text is of characters of one unit, whose kinds are known.
    at += isFirstOfTwo(units[at]!) ? widthAt(text, at) : 1
    if (kind === other || (kind === sign && !signs)) continue
    let word: string
    if (kind === letter || kind === digit) {
      let asWritten = isLowerOrDigit(units[start]!)
      while (at < text.length) {
        const unit = units[at]!
        if (kinds[unit] !== kind && (kinds[unit] !== unknown || kindAt(text, at) !== kind)) break
        asWritten &&= isLowerOrDigit(unit)
        at += isFirstOfTwo(unit) ? widthAt(text, at) : 1
      }
      const isCommand = start > 0 && units[start - 1] === 0x5c
      word = asWritten && !isCommand ? text.slice(start, at) : wordOf(text, start, at, false)
    } else {
      if (kind === sign && isHyphen(text, start)) continue
      word = wordOf(text, start, at, kind === sign)
    }
    if (word === '') continue
    words.push(word)
    starts.push(start)
    ends.push(at)
  }
  return { words, starts, ends }
}

function isLowerOrDigit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)
}

function isFirstOfTwo(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function wordOf(text: string, start: number, end: number, isSign: boolean): string {
  const written = text.slice(start, end)
  if (isSign) {
    const spelt = spellings[written]
    if (spelt !== undefined) return spelt
  }
  const word = lowered(written)
  if (start === 0 || text.charCodeAt(start - 1) !== 0x5c) return word
  if (layout.has(word)) return ''
  return word === 'dfrac' || word === 'tfrac' || word === 'cfrac' ? 'frac' : word
}

/** In lower case and Unicode form KC; most words are so already. */
function lowered(written: string): string {
  let hasUpper = false
  for (let at = 0; at < written.length; at++) {
    const unit = written.charCodeAt(at)
    if (unit > 127) return written.normalize('NFKC').toLowerCase()
    if (unit >= 0x41 && unit <= 0x5a) hasUpper = true
  }
  return hasUpper ? written.toLowerCase() : written
}

/** A dash between letters joins a word. */
function isHyphen(text: string, at: number): boolean {
  return (
    text[at] === '-' &&
    at > 0 &&
    kindAt(text, at - 1) === letter &&
    at + 1 < text.length &&
    kindAt(text, at + 1) === letter &&
    text[at + 2] !== undefined &&
    kindAt(text, at + 2) === letter
  )
}

const spellings: Readonly<Record<string, string>> = { '−': '-', '×': '*', '÷': '/' }

const layout = new Set(
  'left right displaystyle textstyle limits quad qquad big bigg text mathrm textrm mathbf textbf mathit textit mbox hspace vspace'.split(
    ' ',
  ),
)

function widthAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1
}

function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  const known = kinds[unit]!
  if (known !== unknown) return known
  const isFirstHalf = unit >= 0xd800 && unit < 0xdc00
  const kind = kindOf(isFirstHalf ? String.fromCodePoint(text.codePointAt(at)!) : String.fromCharCode(unit))
  if (!isFirstHalf) kinds[unit] = kind
  return kind
}

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

function kindOf(character: string): number {
  if (unspaced.test(character)) return alone
  if (/[\p{L}\p{M}]/u.test(character)) return letter
  if (/\p{N}/u.test(character)) return digit
  return /[+\-−=<>≤≥^/×÷]/u.test(character) ? sign : other
}
