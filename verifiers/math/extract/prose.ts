import { parseNumberWords } from '../values/number-words.ts'
import { isUnitName } from '../values/units.ts'
import { normaliseCharacters } from '../values/characters.ts'
import { readNumber } from '../parse/number-literal.ts'

/** A number in a sentence with what speaks for and against it. */
type Mention = { text: string; value: string; start: number; end: number; score: number }

const MAX_LINE = 1_500
const MAX_MENTIONS = 60
const TIME_WORDS =
  /^(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|o'clock|mois|jours?|heures?|ans?|semaines?)\b/iu
const BEFORE_DECOY =
  /(?:\b(?:over|in|after|within|during|for|per|every|each|than|from|of|by|at|on|to|with|until|since|if|between|into|across|among|against|reach|out of|all|first|last|next|the|these|those|the other|d'ici|pendant|après|dans|pour|en|chaque|par)|#|step|case|day|week)\s*[$€£]?$/iu
const BEFORE_RESULT =
  /(?:\b(?:is|are|was|were|be|has|have|had|costs?|cost|pays?|paid|earns?|earned|makes?|made|gets?|got|needs?|spends?|spent|spend|saves?|saved|total of|equals?|receives?|received|gives|left with|buys?|bought|sells?|sold|takes?|took|requires?|contains?|ate|eats?|uses?|used|owes?|weighs?|scored|collected|only|about|approximately|exactly|another|is worth)(?: them| him| her| us| me| it)?|=|:)\s*(?:approximately |about |exactly |only |now |still |just |a total of |an? additional )?[$€£]?$/iu
/** What is done to the number that follows, or a bound on it. */
const BEFORE_QUALIFIED =
  /\b(?:(?:half|third|quarter|fraction|part|multiple|factor|divisor|square|cube)s? of(?: the| these| those)?|twice|thrice|double|triple|half|(?:square |cube )?root of|(?:more|less|fewer|greater|larger|smaller|higher|lower) than|between|anything but|other than|except(?: for)?)\s{1,3}\\?[$€£]?-?$/iu
const AFTER_OPERATOR =
  /^\s{1,3}(?:\p{L}{1,20}\s){0,1}(?:divided by|multiplied by|times|plus|minus|to the power of)\s[^.=]{0,30}\d/iu
const FURTHER_STEP =
  /^[^.=]{0,30},?\s(?:and|but|then)\s[^.=\d]{0,30}(?<!\bto\s)\b(?:half|third|quarter|twice|double|triple|halve|divide|multiply|subtract)\b/iu
const CUT_OFF = /[\s,](?:so|and|then|but|or|because|to|the|of|which|therefore|thus|hence|we|they|is|an)\s*$/iu
/** A last question, with at most a word of denial behind it. */
const QUESTION =
  /\d[^.!?\n]{0,40}\?[\s*"]{0,4}(?:no|nope|not)\b|\bis (?:it|the answer|this|that)\b[^.!?\n]{0,60}\d\W{0,3}\?\W*$/iu
/** Signs of source code: a number in it is no answer. */
const CODE =
  /__|\bimport\b|\blambda\b|\beval\b|\bexec\b|\(\)|\(['"]|['"]\)|=>|\bdef\b|\bprint\b|;\s*$|\|\||`[^`\n]{0,80}\s|<\/?[a-z]{2,12}>|\{["']|\bfor _|^\s*;|\s--\s|\\catcode|\\def\b|\bprocess\./u

/**
 * The value that a sentence ends up with. Numbers that the problem already mentions and numbers behind `over`, `in`,
 * `per` and their like are decoys; what follows an equals sign or a verb is wanted. `undefined` when nothing stands out
 * enough to be taken for an answer.
 */
export function readSentence(sentence: string, prompt: string): string | undefined {
  const line = normaliseCharacters(sentence.replace(/<<[^<>]{0,200}>>/gu, '')).slice(-MAX_LINE)
  if (CODE.test(line)) return undefined
  // `at least 5` is no value; a sentence that says so about one may still be.
  if (
    line.length < 40 &&
    /^\s*(?:at (?:least|most)|(?:more|less|fewer|greater) than|over|under)\b/iu.test(line)
  )
    return undefined
  const mentions = findMentions(line)
  if (mentions.length === 0) return numberInWords(line)
  const known = numbersOf(prompt)
  const equals = line.lastIndexOf('=')
  for (const [order, mention] of mentions.entries()) {
    const before = line.slice(Math.max(0, mention.start - 40), mention.start)
    const after = line.slice(mention.end).trimStart()
    // `X or 0` names no single value.
    if (order === mentions.length - 1 && equals < 0 && /(?<!\()\bor\s{0,3}$/iu.test(before)) return undefined
    if (
      /(?:\bnot|n't|n’t|\bbetween\b.{0,20}\band)\s{0,3}$/iu.test(before) ||
      /^or (?:more|less|fewer)\b/iu.test(after)
    )
      mention.score -= 8
    if (/\(or\s{0,3}$/iu.test(before)) mention.score -= 5
    if (known.has(mention.value)) mention.score -= 2
    if (BEFORE_DECOY.test(before)) mention.score -= 1.5
    if (BEFORE_RESULT.test(before)) mention.score += 1.5
    if (TIME_WORDS.test(after) && mentions.length > 1) mention.score -= 0.5
    if (/^(?:st|nd|rd|th)\b/u.test(line.slice(mention.end))) mention.score -= 4
    if (/^[$€£]/u.test(mention.text) || /^[$€£]/u.test(after)) mention.score += 0.5
    if (inCondition(line, mention.start)) mention.score -= 1.5
    if (equals >= 0)
      mention.score +=
        mention.start > equals &&
        !mentions.some((other) => other.start > equals && other.start < mention.start)
          ? 4
          : -1
    // Later mentions win where nothing else tells them apart.
    mention.score += 0.1 * (order / mentions.length)
  }
  const best = mentions.reduce((top, mention) => (mention.score > top.score ? mention : top))
  if (best.score < -6 || isPartOfMore(line, best)) return undefined
  return best.text
}

/** Whether a text begins with what is done to a number, or with a bound, instead of a value. */
export function isQualified(text: string): boolean {
  const [line = ''] = text.replaceAll(/[$*]|\\[([]/gu, '').split('\n', 1)
  const start = /^[^\d\n]{0,60}(?=\d)/u.exec(line)
  if (start === null) return false
  const number = /^[\d.,]{0,30}\d/u.exec(line.slice(start[0].length))?.[0] ?? ''
  const after = line.slice(start[0].length + number.length)
  // `half of 36, which is 18` goes on to the value.
  if (/[=≈]|\b(?:is|equals|gives|makes)\b/iu.test(after)) return false
  if (/^\W*$/u.test(start[0]) && hasFurtherStep(after)) return true
  return (
    BEFORE_QUALIFIED.test(start[0]) ||
    /^\s*(?:at (?:least|most)|no (?:more|less|fewer) than|not)\b/iu.test(start[0])
  )
}

/** Whether a sentence asks, or breaks off in the middle. */
export function isOpenSentence(line: string): boolean {
  return CUT_OFF.test(line) || QUESTION.test(line)
}

/** Whether more is to be done with a value, as in `18 divided by 3` or `18, and half of those is the answer`. */
export function hasFurtherStep(text: string): boolean {
  return FURTHER_STEP.test(text) || AFTER_OPERATOR.test(text)
}

/** A number with an operator or a bound around it is not the value of the sentence. */
function isPartOfMore(line: string, mention: Mention): boolean {
  const before = line.slice(Math.max(0, mention.start - 40), mention.start)
  const after = line.slice(mention.end)
  return BEFORE_QUALIFIED.test(before) || hasFurtherStep(after)
}

/** Whether a sentence is source code instead of prose. */
export function looksLikeCode(text: string): boolean {
  return CODE.test(text)
}

function findMentions(line: string): Mention[] {
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
  const percent = /^ ?(?:\\?%|percent\b)/u.exec(line.slice(end, end + 9))
  const head = line.slice(Math.max(0, start - 6), start)
  const sign = /(?:^|[\s(:=$])-\s?\\?[$€£]?$/u.test(head) && !/\d\s-\s$/u.test(head) ? '-' : ''
  const currency = /\\?([$€£])-?$/u.exec(head)?.[1] ?? ''
  const unit = /^ ?([a-zA-Z]{1,12})\b/u.exec(line.slice(end, end + 16))?.[1] ?? ''
  const text = `${currency}${sign}${value}${percent === null ? '' : '%'}${percent === null && isUnitName(unit) ? ` \\text{${unit}}` : ''}`
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

/** Whether a position is in an introductory clause such as `If he sells 5 bags, …`. */
function inCondition(line: string, at: number): boolean {
  const clause =
    /^\s*(?:if|since|when|because|after|before|given|for|with|once|as|while)\b[^,]{0,300},/iu.exec(line)
  return clause !== null && at < clause[0].length && /\d/u.test(line.slice(clause[0].length))
}

function numbersOf(text: string): Set<string> {
  const found = new Set<string>()
  for (const match of text.slice(0, 20_000).matchAll(/\d[\d,]*(?:\.\d+)?/gu)) found.add(plainValue(match[0]))
  return found
}

function plainValue(digits: string): string {
  const plain = digits.replaceAll(',', '')
  return /^\d+\.\d+$/u.test(plain) ? plain.replace(/\.?0+$/u, '') : plain
}

/** The last number in words, as in `the result is five`. */
function numberInWords(line: string): string | undefined {
  const words = line.match(/[\p{L}-]+/gu)?.slice(-12) ?? []
  for (let end = words.length; end > 0; end -= 1) {
    for (let start = Math.max(0, end - 5); start < end; start += 1) {
      const value = parseNumberWords(words.slice(start, end).join(' '))
      if (value !== undefined && (value > 1 || words.length <= 6)) return String(value)
    }
  }
  return undefined
}
