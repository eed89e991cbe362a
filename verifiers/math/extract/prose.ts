import { parseNumberWords } from '../values/number-words.ts'
import { normaliseCharacters } from '../values/characters.ts'
import { isSpoiled, isUnsure } from './surroundings.ts'
import { findMentions, numbersOf, type Mention } from './mentions.ts'

const MAX_LINE = 1_500
const TIME_WORDS =
  /^(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|o'clock|mois|jours?|heures?|ans?|semaines?)\b/iu
const BEFORE_DECOY =
  /(?:\b(?:over|in|after|within|during|for|per|every|each|than|from|of|by|at|on|to|with|under|below|above|beyond|exceeds?|until|since|if|between|into|across|among|against|reach|out of|all|first|last|next|the|these|those|the other|d'ici|pendant|après|dans|pour|en|chaque|par)|#|step|case|day|week)\s*[$€£]?$/iu
const BEFORE_RESULT =
  /(?:\b(?:is|are|was|were|be|has|have|had|costs?|cost|pays?|paid|earns?|earned|makes?|made|gets?|got|needs?|spends?|spent|spend|saves?|saved|total of|equals?|receives?|received|gives|left with|buys?|bought|sells?|sold|takes?|took|requires?|contains?|ate|eats?|uses?|used|owes?|weighs?|scored|collected|only|about|approximately|exactly|another|is worth)(?: them| him| her| us| me| it)?|=|:)\s*(?:approximately |about |exactly |only |now |still |just |a total of |an? additional )?[$€£]?$/iu
/** What is done to the number that follows, or a bound on it. */
const BEFORE_QUALIFIED =
  /\b(?:(?:half|third|quarter|fraction|part|multiple|factor|divisor|square|cube)s? of(?: the| these| those)?|twice|thrice|double|triple|half|(?:square |cube )?root of|(?:more|less|fewer|greater|larger|smaller|higher|lower) than|between|anything but|other than|except(?: for)?)\s{1,3}\\?[$€£]?-?$/iu
const AFTER_OPERATOR =
  /^\s{1,3}(?:(?!when|if|is|being|after)\p{L}{1,20}\s){0,1}(?:divided by|multiplied by|times|plus|minus|to the power of)\s[^.=]{0,30}\d/iu
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
  weigh(mentions, line, prompt)
  const best = mentions.reduce((top, mention) => (mention.score > top.score ? mention : top))
  // `X or 0` names no single value.
  const last = mentions.at(-1)
  if (last !== undefined && !line.includes('=') && OR_BEFORE.test(line.slice(0, last.start))) return undefined
  if (best.score < -6 || isPartOfMore(line, best)) return undefined
  if (isUnsure(line) && !line.includes('=')) return undefined
  return countBeforeList(line, mentions) ?? listAround(line, best) ?? best.text
}

const OR_BEFORE = /(?<!\()\bor\s{0,3}$/iu

/** Adds up what speaks for and against every number of a sentence. */
function weigh(mentions: Mention[], line: string, prompt: string): void {
  const known = numbersOf(prompt)
  const asked = askedFor(prompt)
  const equals = line.lastIndexOf('=')
  for (const [order, mention] of mentions.entries()) {
    const before = line.slice(Math.max(0, mention.start - 40), mention.start)
    const after = line.slice(mention.end).trimStart()
    if (isSpoiled(line.slice(0, mention.start), line.slice(mention.end))) mention.score -= 20
    if (mention.text.endsWith('%') && /^of \$?\d/u.test(after)) mention.score -= 8
    if (/(?:\bnot|n't|n’t|\bbetween\b.{0,20}\band)\s{0,3}$/iu.test(before)) mention.score -= 8
    const isAsked = asked !== undefined && asked.test(after)
    if (isAsked) mention.score += 6
    else if (/\(or\s{0,3}$/iu.test(before)) mention.score -= 5
    if (/\b(?:under|below|beyond|above)\s{1,3}$/iu.test(before)) mention.score -= 1.5
    if (known.has(mention.value)) mention.score -= 2
    if (BEFORE_DECOY.test(before)) mention.score -= 1.5
    if (BEFORE_RESULT.test(before)) mention.score += 1.5
    if (TIME_WORDS.test(after) && mentions.length > 1) mention.score -= 0.5
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
}

/** What a problem asks `how many` of, right behind a number. */
function askedFor(prompt: string): RegExp | undefined {
  const found = [...prompt.slice(-2_000).matchAll(/\bhow (?:many|much)\s+([a-z]{3,20})\b/giu)].at(-1)?.[1]
  return found === undefined ||
    /^(?:more|less|fewer|does|did|will|would|money|are|were|is|was|times|can|total|time|each|the|different|ways|has|have)$/iu.test(
      found,
    )
    ? undefined
    : new RegExp(`^${found.replace(/s$/iu, '')}`, 'iu')
}

/** Numbers with nothing but commas and connectives between them. */
const LIST =
  /(?<![\p{L}\d.,/])-?\d+(?:\.\d+|\/\d+)?(?:,\s+-?\d+(?:\.\d+|\/\d+)?){0,60}(?:,?\s+(?:and|or|&)\s+|,\s+)-?\d+(?:\.\d+|\/\d+)?(?![\p{L}\d/%]|\.\d|,\d)/gu

/** The whole list that a number is part of; `undefined` when it stands alone. */
function listAround(line: string, mention: Mention): string | undefined {
  for (const found of line.matchAll(LIST)) {
    const end = found.index + found[0].length
    if (mention.start < found.index || mention.start >= end) continue
    return /\b(?:none of|neither|between|from)\s+$/iu.test(line.slice(0, found.index)) ? undefined : found[0]
  }
  return undefined
}

/** `There are 3 of them: 2, 5 and 7` states the number in front, where it is the length of the list. */
function countBeforeList(line: string, mentions: readonly Mention[]): string | undefined {
  const colon = line.lastIndexOf(':')
  const list = colon < 0 ? undefined : [...line.slice(colon).matchAll(LIST)].at(-1)?.[0]
  if (list === undefined) return undefined
  const length = list.split(/,\s+(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+/u).length
  return mentions.find((mention) => mention.end <= colon && mention.value === String(length))?.text
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

/** Whether a position is in an introductory clause such as `If he sells 5 bags, …`. */
function inCondition(line: string, at: number): boolean {
  const clause =
    /^\s*(?:if|since|when|because|after|before|given|for|with|once|as|while)\b[^,]{0,300},/iu.exec(line)
  return clause !== null && at < clause[0].length && /\d/u.test(line.slice(clause[0].length))
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
