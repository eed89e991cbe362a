import { afterPhrase, lastAnswerTag } from '../extract/marked.ts'
import { findBoxes, lastBoxed } from '../extract/boxed.ts'

/** What a text answers a multiple-choice question with: a letter, or words that have to be matched with the options. */
export type ChoiceReading = { letter: string | undefined; text: string; extraction: string }

/** A letter that stands alone, with or without brackets, bold marks or a full stop. */
const ALONE = /(?<![\p{L}\p{N}'’_-])\(?([A-J])\)?(?![\p{Script=Latin}\p{N}'’_-])/gu
const DENIED =
  /(?:\bnot|n't|n’t|\bnon|不是|\bneither|\bnor|\brather than|\binstead of|\bisn|\bnever)\s*(?:be\s*)?(?:option\s*)?\W*$/iu
const DECISION =
  /(?:finali[sz]e|choose|chosen|pick|select|go(?:ing)? with|it is|it's|it’s|must be|option|choice|correct)\W+/giu

/** `故选B`, `选择 (C)`: how Chinese answers name the option. */
const CHOSEN = /选(?:择|项)?\s*[:：]?\s*[(（]?([A-J])(?![A-Za-z])/gu

/** Reads a letter or option text: tag, box, answer phrase, first letter, the decision of the last line. */
export function readChoice(output: string): ChoiceReading | undefined {
  const text = output.trim()
  if (text === '') return undefined
  const tagged = lastAnswerTag(text)
  const { boxes, open } = findBoxes(tagged ?? text)
  const boxed = lastBoxed(tagged ?? text, boxes)
  if (open !== undefined) return { letter: undefined, text: '', extraction: 'open_box' }
  if (boxed !== undefined) return fromShort(boxed, 'boxed')
  if (tagged !== undefined) return fromShort(tagged, 'answer_tag')
  if (text.length <= 200 && !text.includes('\n')) {
    const whole = leadingLetter(text)
    // `A is wrong, so the answer is B` begins with a letter that is not the answer.
    if (whole !== undefined && firstLetter(afterPhrase(text)?.split('\n', 1)[0] ?? '') === undefined)
      return { letter: whole, text, extraction: 'whole' }
  }
  const chosen = [...text.matchAll(CHOSEN)].at(-1)?.[1]
  if (chosen !== undefined) return { letter: chosen, text, extraction: 'phrase' }
  const phrase = afterPhrase(text)
  if (phrase !== undefined) {
    const letter = leadingLetter(phrase) ?? firstLetter(phrase.split('\n', 1)[0] ?? '')
    if (letter !== undefined) return { letter, text: phrase, extraction: 'phrase' }
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const last = lines.at(-1) ?? ''
  const decided = decision(last) ?? leadingLetter(last) ?? leadingLetter(lines[0] ?? '')
  if (decided !== undefined) return { letter: decided, text: last, extraction: 'last_line' }
  if (phrase !== undefined) return { letter: undefined, text: firstClause(phrase), extraction: 'phrase' }
  const only = onlyLetter(last)
  if (only !== undefined) return { letter: only, text: last, extraction: 'last_line' }
  return {
    letter: undefined,
    text: text.length <= 300 ? text : last,
    extraction: text.length <= 300 ? 'whole' : 'last_line',
  }
}

/** The letter that a short answer begins with: `B`, `(B)`, `b)`, `B. 42`, `option B`. */
export function leadingLetter(text: string): string | undefined {
  const plain = plainText(text)
  if (/^[a-j]$/u.test(plain)) return plain.toUpperCase()
  const found =
    /^(?:(?:option|choice|answer)\s*:?\s*)?(?:\(([A-Ja-j])\)|([A-J])[).:。,，、]|([A-Ja-j])\)|([A-J])$|([A-J])(?=\s*[\u4e00-\u9fff])|([A-J])(?=\s+(?:is|because|since|,|-|–)\s))/u.exec(
      plain,
    ) ?? /^(?:option|choice|answer)\s*:?\s*\(?([A-J])\b/u.exec(plain)
  const letter = found?.slice(1).find((part) => part !== undefined)
  // `A, B and C` is more than one letter.
  if (letter === undefined || /^\(?[A-J]\)?\s*(?:,|and|or|&|\/)\s*(?:and |or )?\(?[A-J]\b/u.test(plain))
    return undefined
  return letter.toUpperCase()
}

/** Letters without the markup that teachers put around them. */
export function plainText(text: string): string {
  let plain = text
  for (let round = 0; round < 3; round += 1) {
    plain = plain.replace(
      /\\(?:text|textbf|textit|mathrm|mathbf|mbox|boldsymbol|underline)\s*\{([^{}]*)\}/gu,
      '$1',
    )
  }
  return plain
    .replace(/\\[,;:! ]|[*$~`"“”]|\\[()[\]]|\\(?:quad|qquad|left|right)\b/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

function fromShort(text: string, extraction: string): ChoiceReading {
  return {
    letter: leadingLetter(text) ?? (text.length < 60 ? onlyLetter(plainText(text)) : undefined),
    text,
    extraction,
  }
}

/** The first letter that is not ruled out. */
function firstLetter(text: string): string | undefined {
  const plain = plainText(text)
  for (const match of plain.matchAll(ALONE)) {
    if (isLetter(plain, match) && !DENIED.test(plain.slice(Math.max(0, match.index - 30), match.index)))
      return match[1]
  }
  return undefined
}

/** The letter behind the last verb of decision: `let's finalize B`, `I think it's (D)`. */
function decision(line: string): string | undefined {
  const plain = plainText(line.slice(-2_000))
  let letter: string | undefined
  for (const match of plain.matchAll(DECISION)) {
    const rest = plain.slice(match.index + match[0].length)
    const found = /^(?:(?:the |option |choice |answer |letter )*)\(?([A-J])\)?(?![\p{L}\p{N}'’])/u.exec(rest)
    if (found?.[1] !== undefined && !(found[1] === 'A' && /^\s+[a-z]/u.test(rest.slice(found[0].length))))
      letter = found[1]
  }
  return letter
}

function onlyLetter(text: string): string | undefined {
  const plain = plainText(text)
  const letters = new Set<string>()
  for (const match of plain.matchAll(ALONE)) {
    if (
      isLetter(plain, match) &&
      !DENIED.test(plain.slice(Math.max(0, match.index - 30), match.index)) &&
      match[1] !== undefined
    )
      letters.add(match[1])
  }
  return letters.size === 1 ? [...letters][0] : undefined
}

/** `A` before a word is an article, and `I` a pronoun. */
function isLetter(text: string, match: RegExpExecArray): boolean {
  if (match[0].includes('(')) return true
  const after = text.slice(match.index + match[0].length)
  if (match[1] === 'A')
    return !/^\s+[a-z]/u.test(after) || /^\s+(?:is|because|since|as|or|and)\b/u.test(after)
  return match[1] !== 'I' || !/^\s+[a-z]/u.test(after)
}

function firstClause(text: string): string {
  return text.split(/\n|\.\s|\.$/u, 1)[0]?.trim() ?? ''
}
