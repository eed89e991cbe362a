import { stripThinkBlocks } from '../../extract/think-blocks.ts'
import { MAX_ANSWER_CHARACTERS, MAX_TEXT_CHARACTERS, spend } from '../values/budget.ts'
import { findBoxes, lastBoxed, lastRow } from '../../extract/boxed.ts'
import { isDeniedAfter, isDeniedBefore, isRetracted } from '../../extract/denial.ts'
import { lastAnswerLine, lastAnswerTag, lastHashMark } from '../../extract/marked.ts'
import { cutRunOn } from '../../extract/run-on.ts'
import { isOpenSentence, looksLikeCode } from './prose.ts'
import { isProse, MAX_WHOLE, read, unwrap, type ExtractOptions, type Reading } from './reading.ts'
import { fromSentence, readSpan, stripChatter } from './sentence.ts'
import { fromPhrase } from './stated.ts'
import { mathSpans } from '../../extract/spans.ts'
import { dropRemarks, tidyText } from './tidy.ts'
import { parseAnswer } from '../parse/parser.ts'

/**
 * The final answer of a text: an answer tag, the last box, `####`, `A:`, the text itself when it is an expression, a
 * phrase such as `the final answer is`, the mathematics, bold text or number of the last line, in this order. The first
 * that is there is the answer; later ones are never tried in its place. `undefined` when the text holds none.
 */
export function extractAnswer(output: string, options: ExtractOptions): Reading | undefined {
  const marks = tidyText(cutRunOn(stripThinkBlocks(output).slice(-MAX_TEXT_CHARACTERS))).trim()
  const trimmed = dropRemarks(marks)
  if (trimmed === '') return undefined
  spend(options.budget, Math.ceil(trimmed.length / 50))
  if (options.bare) return read(trimmed, 'whole', options)
  const tagged = lastAnswerTag(marks)
  if (tagged !== undefined && tagged !== '') return inner(tagged, 'answer_tag', options)
  const boxed = fromBoxes(marks, options)
  if (boxed !== undefined) return boxed
  const marked = lastHashMark(trimmed)
  if (marked !== undefined) {
    const reading = sentenceReading(marked, 'hash_mark', options)
    const after = trimmed.slice(trimmed.lastIndexOf('####'))
    return isRetracted(after) ? { ...reading, doubt: 'retracted_answer' } : reading
  }
  const line = lastAnswerLine(trimmed)
  if (line !== undefined) {
    const reading = sentenceReading(line, 'answer_line', options)
    const after = trimmed.slice(trimmed.lastIndexOf(line) + line.length)
    return isRetracted(after) ? { ...reading, doubt: 'retracted_answer' } : reading
  }
  if (trimmed.length <= MAX_WHOLE) {
    const node = parseAnswer(trimmed, options.budget)
    if (node !== undefined && !isProse(node, trimmed) && !isDenied(trimmed))
      return { text: trimmed, extraction: 'whole', node }
  }
  // One endless token is an answer that is too long, not a text without one.
  if (trimmed.length > MAX_ANSWER_CHARACTERS && !/\s/u.test(trimmed.slice(-MAX_ANSWER_CHARACTERS))) {
    return { text: trimmed, extraction: 'whole', node: undefined }
  }
  if (!options.prose) return undefined
  return (
    fromClosingDisplay(trimmed, options) ??
    fromPhrase(trimmed, options) ??
    fromLastLine(trimmed, options) ??
    shortText(trimmed)
  )
}

/** Whether the words around the value of a short text deny it: `We exclude x = 5`, `x = 5 is extraneous`. */
function isDenied(text: string): boolean {
  if (!/\p{L}{3}/u.test(text) && !/不|非/u.test(text)) return false
  const from = text.search(/[\d\\$]/u)
  const to = /[\d}$)](?=[^\d}$)]*$)/u.exec(text)
  return (
    from >= 0 &&
    (isDeniedBefore(text.slice(0, from)) || (to !== null && isDeniedAfter(text.slice(to.index + 1))))
  )
}

/** `\\boxed{5} or more`, `\\boxed{5} only if n is even`. */
const QUALIFIED_AFTER =
  /^[\s$)\]}.,;:]{0,6}(?:\\text\s?\{)?\s{0,3}(?:or (?:more|less|fewer|higher|lower)\b|only (?:if|when|for)\b|unless\b|if \S{1,12} is (?:even|odd)\b|for (?:even|odd)\b)/iu

/** An answer tag may hold a box or a sentence. */
function inner(text: string, extraction: string, options: ExtractOptions): Reading {
  const { boxes } = findBoxes(text)
  const boxed = lastBoxed(text, boxes)
  return boxed === undefined ? sentenceReading(text, extraction, options) : read(boxed, extraction, options)
}

/** A marked line that is an expression, or else a sentence about one. */
function sentenceReading(text: string, extraction: string, options: ExtractOptions): Reading {
  const whole = read(text, extraction, options)
  if (whole.node !== undefined && !isProse(whole.node, text)) return whole
  const found = fromSentence(text, options)
  return found === undefined ? whole : { ...found, extraction }
}

/** The last box or row of boxes, unless the text denies it, takes it back or leaves a later one open or empty. */
function fromBoxes(text: string, options: ExtractOptions): Reading | undefined {
  const { boxes, open } = findBoxes(text)
  // A box that is cut off in the middle may have lost digits.
  if (open !== undefined) return { text: open.slice(0, 200), extraction: 'open_box', node: undefined }
  const row = lastRow(text, boxes)
  if (row === undefined) return undefined
  const before = text.slice(Math.max(0, row.start - 200), row.start)
  const after = text.slice(row.end)
  const doubtful = (doubt: string): Reading => ({
    text: row.content.slice(0, 200),
    extraction: 'boxed',
    node: undefined,
    doubt,
  })
  if (isDeniedBefore(before) || isDeniedAfter(after)) return doubtful('denied_answer')
  if (QUALIFIED_AFTER.test(after)) return doubtful('several_cases')
  const [last] = boxes.slice(-1)
  const named = /(?:within|inside|in|using|with)(?: an?| the)?\s[`"$\\([]*$/iu.test(
    text.slice(0, last?.start),
  )
  if (last?.content.trim() === '' && !named) return doubtful('empty_last_box')
  const retracted = isRetracted(after)
  // A closing `Final Answer: The final answer is …` behind the last box speaks for itself.
  const corrected =
    retracted || /(?:final|correct) answer is/iu.test(after) ? fromPhrase(after, options) : undefined
  if (corrected?.node !== undefined) return corrected
  return retracted ? doubtful('retracted_answer') : read(row.content, 'boxed', options)
}

/** Displayed mathematics with nothing behind it. */
function fromClosingDisplay(text: string, options: ExtractOptions): Reading | undefined {
  const closing = text.slice(-4_000)
  const display = mathSpans(closing).at(-1)
  if (display?.display !== true || /[\p{L}\p{N}]/u.test(closing.slice(display.end))) return undefined
  return readSpan(display, 'display', options)
}

function fromLastLine(text: string, options: ExtractOptions): Reading | undefined {
  const lines = text.split('\n').filter((line) => /[\p{L}\p{N}]/u.test(line))
  const lead = leadOfList(lines)
  const led = lead === undefined ? undefined : fromSentence(lead, options)
  if (led !== undefined) return led
  for (const line of lines.slice(-2).toReversed()) {
    if (isOpenSentence(line))
      return { text: line.slice(-MAX_WHOLE), extraction: 'last_line', node: undefined }
    const whole = line.length <= MAX_WHOLE ? read(line.trim(), 'last_line', options) : undefined
    if (
      whole?.node !== undefined &&
      whole.node.kind !== 'text' &&
      !isProse(whole.node, line) &&
      !isDenied(line)
    )
      return whole
    const found = fromSentence(stripChatter(line), options)
    if (found !== undefined) return found
  }
  return undefined
}

/** `There are 10 of them. In detail:` before a numbered list that ends the text. */
function leadOfList(lines: readonly string[]): string | undefined {
  let at = lines.length - 1
  while (at >= 0 && /^\s*\d{1,2}[.)]\s/u.test(lines[at] ?? '')) at -= 1
  const lead = at < lines.length - 2 ? lines[at]?.trimEnd() : undefined
  return lead !== undefined && /[:：]$/u.test(lead) && /\d/u.test(lead) ? lead : undefined
}

/** A few words without mathematics are an answer in words. */
function shortText(text: string): Reading | undefined {
  if (text.length > 120 || looksLikeCode(text) || text.includes('\n')) return undefined
  return { text: unwrap(text), extraction: 'text', node: undefined }
}
