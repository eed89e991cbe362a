import { findBoxes, lastRow } from '../extract/boxed.ts'
import { isDeniedAfter, isDeniedBefore, isRetracted } from '../extract/denial.ts'
import { lastAnswerLine, lastAnswerTag } from '../extract/marked.ts'
import { statedAnswer } from '../extract/phrase.ts'
import { cutRunOn } from '../extract/run-on.ts'
import { decidedLetter, namedLetters } from './letters.ts'

/** What a text answers a multiple-choice question with: a letter, or words that have to be matched with the options. */
export type ChoiceReading = {
  letter: string | undefined
  text: string
  extraction: string
  /** Why neither the letter nor the words must be taken. */
  doubt?: string
}

/**
 * Reads a letter or option text: tag, box, answer line, answer phrase, a line that is nothing but a letter, the options
 * that are judged one by one.
 *
 * @param letters that name an option, such as `ABCD`
 * @param isOption whether a marked text that has no letter is an option all the same
 */
export function readChoice(
  output: string,
  letters: string,
  isOption: (text: string) => boolean,
): ChoiceReading | undefined {
  const text = cutRunOn(output).trim()
  if (text === '') return undefined
  const marked = fromMarks(text, letters)
  if (
    marked !== undefined &&
    (marked.letter !== undefined || marked.doubt !== undefined || isOption(marked.text))
  )
    return marked
  const said = fromLines(text, letters) ?? fromPhrase(text, letters)
  if (said !== undefined && (marked === undefined || said.letter !== undefined)) return said
  if (marked !== undefined) return marked
  const alone = loneLetters(text, letters)
  if (alone.length === 1) return { letter: alone[0], text, extraction: 'line' }
  if (alone.length > 1) return { letter: undefined, text, extraction: 'line', doubt: 'several_letters' }
  return fromSentences(text, letters)
}

/** An answer tag or the last box. */
function fromMarks(text: string, letters: string): ChoiceReading | undefined {
  const tagged = lastAnswerTag(text)
  const within = tagged ?? text
  const { boxes, open } = findBoxes(within)
  if (open !== undefined) return { letter: undefined, text: '', extraction: 'open_box' }
  const row = lastRow(within, boxes)
  if (row === undefined) return tagged === undefined ? undefined : fromShort(tagged, 'answer_tag', letters)
  const after = within.slice(row.end)
  const denied = isDeniedBefore(within.slice(0, row.start)) || isDeniedAfter(after)
  if (!denied && !isRetracted(after)) return fromShort(row.content, 'boxed', letters)
  const corrected = denied ? undefined : fromPhrase(after, letters)
  if (corrected?.letter !== undefined) return corrected
  return {
    letter: undefined,
    text: row.content,
    extraction: 'boxed',
    doubt: denied ? 'denied_answer' : 'retracted_answer',
  }
}

/** The last answer line, or `选B`. */
function fromLines(text: string, letters: string): ChoiceReading | undefined {
  const line = lastAnswerLine(text)
  if (line !== undefined) {
    const short = fromShort(line, 'answer_line', letters)
    if (short.letter !== undefined) return short
  }
  const chosen = new RegExp(`选(?:择|项)?\\s*[:：]?\\s*[(（]?([${letters}])(?![A-Za-z])`, 'gu')
  const last = [...text.matchAll(chosen)].at(-1)?.[1]
  return last === undefined ? undefined : { letter: last, text, extraction: 'phrase' }
}

function fromPhrase(text: string, letters: string): ChoiceReading | undefined {
  const stated = statedAnswer(text)
  if (stated === undefined) return undefined
  if (stated.said === undefined) {
    const decided = stated.doubt === 'denied_answer' ? decidedLetter(plainText(text), letters) : undefined
    return decided === undefined || decided === 'several'
      ? { letter: undefined, text, extraction: 'phrase', doubt: stated.doubt }
      : { letter: decided, text, extraction: 'phrase' }
  }
  const [line = ''] = stated.said.split('\n', 1)
  const [sentence = ''] = line.split(/(?<=[^A-Z][.!?])\s/u, 1)
  const first = namedLetters(plainText(sentence), letters).find(({ stance }) => stance !== 'against')
  if (first !== undefined && new Set(first.letters).size > 1)
    return { letter: undefined, text: stated.said, extraction: 'phrase', doubt: 'several_letters' }
  const letter = leadingLetter(stated.said, letters) ?? first?.letters[0]
  if (letter !== undefined) return { letter, text: stated.said, extraction: 'phrase' }
  return { letter: undefined, text: firstClause(stated.said), extraction: 'phrase' }
}

/** Different letters that have a line for themselves, or one with the words of their option behind them. */
function loneLetters(text: string, letters: string): string[] {
  const lone = new RegExp(`^\\s*\\(?([${letters}])\\)?[.:)]?\\s*$`, 'u')
  const found = text.split('\n').flatMap((line) => lone.exec(plainText(line))?.[1] ?? [])
  return [...new Set(found)]
}

/** A short text or a last line without any mark. */
function fromSentences(text: string, letters: string): ChoiceReading {
  const short = text.length <= 300 && !text.includes('\n')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const last = lines.at(-1) ?? ''
  const named = namedLetters(plainText(text.slice(-4_000)), letters)
  const lead = named.some(({ stance }) => stance === 'against') ? undefined : leadingLetter(text, letters)
  if (short && lead !== undefined) return { letter: lead, text, extraction: 'whole' }
  const judged =
    lines.length > 1 && named.length > 2 ? decidedLetter(plainText(text.slice(-4_000)), letters) : undefined
  const head = leadingLetter(lines[0] ?? '', letters)
  const left = named.some((group) => group.stance === 'against' && group.letters.includes(head ?? ''))
  const letter =
    (judged === 'several' ? undefined : judged) ??
    decidedLetter(plainText(last.slice(-2_000)), letters) ??
    (left ? undefined : head)
  const extraction = short ? 'whole' : 'last_line'
  if (letter === 'several') return { letter: undefined, text: last, extraction, doubt: 'several_letters' }
  return {
    letter,
    text: text.length <= 300 ? text : last,
    extraction: text.length <= 300 ? 'whole' : extraction,
  }
}

/** The letter that a short answer begins with: `B`, `(B)`, `b)`, `B. 42`, `option B`. */
export function leadingLetter(text: string, letters: string): string | undefined {
  const plain = plainText(text)
  const small = letters.toLowerCase()
  if (new RegExp(`^\\(?[${small}]\\)?[.。]?$`, 'u').test(plain))
    return plain.replace(/[().。]/gu, '').toUpperCase()
  const either = `[${letters}${small}]`
  const found =
    new RegExp(
      `^(?:(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\\s*:?\\s*)?(?:\\((${either})\\)|([${letters}])[).:。,，、]|(${either})\\)|([${letters}])$|([${letters}])(?=\\s*[\\u4e00-\\u9fff])|([${letters}])(?=\\s+(?:is|because|since|,|-|–)\\s))`,
      'u',
    ).exec(plain) ??
    new RegExp(`^(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\\s*:?\\s*\\(?([${letters}])(?![\\p{L}\\p{N}])`, 'u').exec(
      plain,
    )
  const letter = found?.slice(1).find((part) => part !== undefined)
  // `A, B and C` is more than one letter.
  const several = new RegExp(
    `^\\(?[${letters}]\\)?\\s*(?:,|and|or|&|/)\\s*(?:and |or )?\\(?[${letters}](?![\\p{L}\\p{N}])`,
    'u',
  )
  return letter === undefined || several.test(plain) ? undefined : letter.toUpperCase()
}

/** Letters without the markup that teachers put around them. */
export function plainText(text: string): string {
  let plain = text
  for (let round = 0; round < 3; round += 1) {
    plain = plain.replace(
      /\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|boldsymbol|underline)\s*\{([^{}]*)\}/gu,
      '$1',
    )
  }
  return plain
    .replace(/\\[,;:! ]|[*$~`"“”]|\\[()[\]]|\\(?:quad|qquad|left|right)\b/gu, ' ')
    .replace(/[^\S\n]+/gu, ' ')
    .trim()
}

function fromShort(text: string, extraction: string, letters: string): ChoiceReading {
  const plain = plainText(text)
  // Letters of a formula name no option.
  const decided = text.length < 60 && !/\\[a-zA-Z]/u.test(plain) ? decidedLetter(plain, letters) : undefined
  const letter = leadingLetter(text, letters) ?? decided
  return letter === 'several'
    ? { letter: undefined, text, extraction, doubt: 'several_letters' }
    : { letter, text, extraction }
}

function firstClause(text: string): string {
  return text.split(/\n|\.\s|\.$/u, 1)[0]?.trim() ?? ''
}
