import { stripThinkBlocks } from '../../extract/think-blocks.ts'
import { MAX_ANSWER_CHARACTERS, MAX_TEXT_CHARACTERS, spend, type Budget } from '../values/budget.ts'
import { symbolsOf, type Node } from '../values/expression.ts'
import { findBoxes, lastBoxed } from '../../extract/boxed.ts'
import { afterPhrase, lastAnswerLine, lastAnswerTag, lastHashMark } from '../../extract/marked.ts'
import { hasFurtherStep, isOpenSentence, isQualified, looksLikeCode, readSentence } from './prose.ts'
import { boldSpans, mathSpans, type Span } from '../../extract/spans.ts'
import { dropClosingBracket, dropRemarks, tidyText } from './tidy.ts'
import { parseAnswer } from '../parse/parser.ts'

/** A final answer as it was found: its text, how it was found, and how it was understood if it was. */
export type Reading = { text: string; extraction: string; node: Node | undefined }

export type ExtractOptions = {
  /** Numbers of the problem are decoys in prose. */
  prompt: string
  /** Nothing but the answer: nothing has to be looked for. */
  bare: boolean
  /** Whether unmarked prose may be read for its last value. */
  prose: boolean
  budget: Budget
}

/** Longest text that may be an answer as a whole. */
const MAX_WHOLE = 400
/** Part of a line that is read as a sentence, counted from its end. */
const MAX_SENTENCE = 2_000

/**
 * The final answer of a text: an answer tag, the last box, `####`, `A:`, the text itself when it is an expression, a
 * phrase such as `the final answer is`, the mathematics, bold text or number of the last line, in this order. The first
 * that is there is the answer; later ones are never tried in its place. `undefined` when the text holds none.
 */
export function extractAnswer(output: string, options: ExtractOptions): Reading | undefined {
  const marks = tidyText(stripThinkBlocks(output).slice(-MAX_TEXT_CHARACTERS)).trim()
  const trimmed = dropRemarks(marks)
  if (trimmed === '') return undefined
  spend(options.budget, Math.ceil(trimmed.length / 50))
  if (options.bare) return read(trimmed, 'whole', options)
  const tagged = lastAnswerTag(marks)
  if (tagged !== undefined && tagged !== '') return inner(tagged, 'answer_tag', options)
  const { boxes, open } = findBoxes(marks)
  const boxed = lastBoxed(marks, boxes)
  // A box that is cut off in the middle may have lost digits.
  if (open !== undefined) return { text: open.slice(0, 200), extraction: 'open_box', node: undefined }
  if (boxed !== undefined) {
    // A closing `Final Answer: The final answer is …` behind the last box speaks for itself.
    const after = marks.slice(boxes.at(-1)?.end)
    const corrected = /final answer is/iu.test(after) ? fromPhrase(after, options) : undefined
    return corrected?.node === undefined ? read(boxed, 'boxed', options) : corrected
  }
  const marked = lastHashMark(trimmed)
  if (marked !== undefined) return sentenceReading(marked, 'hash_mark', options)
  const line = lastAnswerLine(trimmed)
  if (line !== undefined) return sentenceReading(line, 'answer_line', options)
  if (trimmed.length <= MAX_WHOLE) {
    const node = parseAnswer(trimmed, options.budget)
    if (node !== undefined && !isProse(node, trimmed)) return { text: trimmed, extraction: 'whole', node }
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

function read(text: string, extraction: string, options: ExtractOptions): Reading {
  const clean = unwrap(text)
  return {
    text: clean,
    extraction,
    node: clean.length > MAX_ANSWER_CHARACTERS ? undefined : parseAnswer(clean, options.budget),
  }
}

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

function fromPhrase(text: string, options: ExtractOptions): Reading | undefined {
  const rest = afterPhrase(text)
  if (rest === undefined) return undefined
  // `half of 18` or `more than 18` is said about a number; another number of the line is no better.
  if (isQualified(rest)) return { text: rest.slice(0, MAX_WHOLE), extraction: 'phrase', node: undefined }
  for (const part of [rest, ...openings(rest)]) {
    if (part.length > MAX_WHOLE) continue
    const clean = unwrap(part)
    const node = parseAnswer(clean, options.budget)
    if (node !== undefined && !isProse(node, clean)) return { text: clean, extraction: 'phrase', node }
  }
  const [first] = openings(rest)
  const found = fromSentence(first ?? rest, options)
  return found === undefined ? undefined : { ...found, extraction: 'phrase' }
}

/** The beginnings of a remainder that may be the answer: first sentence, first line, first clause. */
function openings(rest: string): string[] {
  const parts: string[] = []
  const [line = ''] = rest.split('\n', 1)
  const sentence = /[.。!?](?:\s|$|"|\*)/u.exec(line)
  if (sentence !== null) parts.push(line.slice(0, sentence.index))
  else parts.push(line)
  const clause = /(?:,|，|;|\s(?:because|since|as|so|which|where|when|and then|but|for|with|in))\s/u.exec(
    parts[0] ?? '',
  )
  if (clause !== null) parts.push(line.slice(0, clause.index))
  const words = /^\S+/u.exec(line)
  if (words !== null && /^[-$\\]?[\d.]/u.test(words[0]) && !hasFurtherStep(line.slice(words[0].length)))
    parts.push(words[0])
  return parts
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
  for (const line of lines.slice(-2).toReversed()) {
    if (isOpenSentence(line))
      return { text: line.slice(-MAX_WHOLE), extraction: 'last_line', node: undefined }
    const whole = line.length <= MAX_WHOLE ? read(line.trim(), 'last_line', options) : undefined
    if (whole?.node !== undefined && whole.node.kind !== 'text' && !isProse(whole.node, line)) return whole
    const found = fromSentence(stripChatter(line), options)
    if (found !== undefined) return found
  }
  return undefined
}

/** Sentences that models add behind the answer. */
function stripChatter(line: string): string {
  const at = line.lastIndexOf('I hope ')
  return at > 0 && line.length - at < 40 ? line.slice(0, at).trimEnd() : line
}

/** The answer in a line: its last mathematics, bold text, what follows the last equals sign, or its best number. */
function fromSentence(line: string, options: ExtractOptions): Reading | undefined {
  // A cut in the middle of a word could make a word of a command.
  const cut = line.length <= MAX_SENTENCE ? 0 : line.indexOf(' ', line.length - MAX_SENTENCE)
  if (cut < 0) return undefined
  const tail = dropClosingBracket(line.slice(cut).replace(/<<[^<>]{0,200}>>/gu, ''))
  if (looksLikeCode(tail)) return undefined
  const sentences = tail
    .split(/(?<=[.。!?](?:\$\$|\\\])?)\s+(?=\S)/u)
    .filter((part) => /\d|\$|\\|\*\*/u.test(part))
  const sentence = sentences.at(-1) ?? tail
  // A formula that was not understood is no sentence; one of its numbers is not its value.
  const worded = hasWords(tail)
  const bold = worded ? boldSpans(tail).at(-1) : undefined
  if (bold !== undefined && /\d|\$|\\/u.test(bold.content)) {
    const node = parseAnswer(unwrap(bold.content), options.budget)
    if (node !== undefined && !isProse(node, bold.content))
      return { text: unwrap(bold.content), extraction: 'bold', node }
    const value = readSentence(bold.content, options.prompt)
    if (value !== undefined) return read(value, 'bold', options)
  }
  const spans = mathSpans(sentence).filter((span) => !/^[\^_]/u.test(span.content))
  const last = spans.at(-1)
  if (last !== undefined) {
    // `The largest $n$ is 34`: the number behind the mathematics is the answer.
    const behind = /^[^\n]*\b(?:is|are|was|by|equals|=)\s[^\n]*\d/u.test(sentence.slice(last.end))
      ? sentence.slice(last.end)
      : ''
    const value = behind === '' ? undefined : readSentence(behind, options.prompt)
    return value === undefined
      ? readSpan(joinSpans(sentence, spans) ?? last, 'last_math', options)
      : read(value, 'last_line', options)
  }
  if (bold !== undefined && bold.content.length <= 40 && !/\d/u.test(sentence))
    return read(bold.content, 'bold', options)
  if (!worded && /\\|\*\*/u.test(tail)) return undefined
  const equation = afterEquals(sentence, options)
  if (equation !== undefined) return equation
  if (!worded) return undefined
  const tuple = [
    ...sentence.matchAll(/[([]\s?-?[\d./]{1,20}(?:\s?,\s?-?[\d./]{1,20}){1,8}\s?[)\]](?=\W*$)/gu),
  ].at(-1)
  if (tuple !== undefined) return read(tuple[0], 'last_line', options)
  const value = readSentence(sentence, options.prompt)
  return value === undefined ? undefined : read(value, 'last_line', options)
}

function readSpan(span: Span, extraction: string, options: ExtractOptions): Reading {
  const whole = read(span.content, extraction, options)
  if (whole.node !== undefined) return whole
  // A derivation with a step that was not understood still ends in a value.
  const at = Math.max(
    ...['=', '\\Rightarrow', '\\implies', '\\approx', '\\text{Therefore }'].map((mark) =>
      endOfLast(span.content, mark),
    ),
  )
  const tail = at > 0 ? read(span.content.slice(at), extraction, options) : undefined
  return tail?.node === undefined || tail.node.kind === 'text' ? whole : tail
}

function endOfLast(text: string, mark: string): number {
  const at = text.lastIndexOf(mark)
  return at < 0 ? -1 : at + mark.length
}

/** `$2$ and $3$` is one answer in two pieces. */
function joinSpans(text: string, spans: readonly Span[]): Span | undefined {
  const last = spans.at(-1)
  if (last === undefined) return undefined
  const parts = [last.content]
  for (let at = spans.length - 1; at > 0; at -= 1) {
    const [before, span] = [spans[at - 1], spans[at]]
    if (before === undefined || span === undefined) break
    if (!/^\s*(?:,|and|or|,\s*and|,\s*or|[、，和或及与])\s*$/u.test(text.slice(before.end, span.start))) break
    parts.unshift(before.content)
  }
  return parts.length === 1 ? undefined : { ...last, content: parts.join(', ') }
}

function hasWords(text: string): boolean {
  return /\p{L}{2,}|[\u3040-\u9fff]/u.test(text.replace(/\\[a-zA-Z]+(?:\{[a-z*]{1,12}\})?/gu, ' '))
}

/** The value behind the last equals sign of a line that is not set off as mathematics. */
function afterEquals(sentence: string, options: ExtractOptions): Reading | undefined {
  const at = Math.max(sentence.lastIndexOf('='), sentence.lastIndexOf('≈'))
  if (at < 0 || sentence.length > 1_500) return undefined
  const rest = sentence.slice(at + 1).trim()
  if (hasFurtherStep(rest)) return undefined
  // `= 16 balls`, `= $140 a week`, `= 5th place`: the number is the value, the words are not symbols.
  const amount =
    /^-?\s?\\?[$€£]?\s?(?:\d[\d,]{0,30}(?:\.\d{1,30})?|\.\d{1,30})(?=\s?(?:st|nd|rd|th)\b|\s+(?:a\s|an\s|[A-Z]?'?[a-z]{2,}|[A-Z]'))/u.exec(
      rest,
    )?.[0]
  const scaled =
    amount !== undefined &&
    /^\s*(?:hundred|thousand|million|billion|percent)\b/u.test(rest.slice(amount.length))
  const cuts = [
    ...(amount === undefined || scaled ? [] : [amount]),
    rest,
    rest.replace(/[\])]+[.。]?$/u, ''),
    rest.split(/[,;，。](?:\s|$)|\.\s|\.$|\s(?=\p{L}{2,})/u, 1)[0] ?? '',
  ]
  for (const cut of cuts) {
    if (cut === '' || cut.length > MAX_WHOLE) continue
    const node = parseAnswer(cut, options.budget)
    if (node !== undefined && !isProse(node, cut) && node.kind !== 'text')
      return { text: cut, extraction: 'last_equation', node }
  }
  return undefined
}

/** A few words without mathematics are an answer in words. */
function shortText(text: string): Reading | undefined {
  if (text.length > 120 || looksLikeCode(text) || text.includes('\n')) return undefined
  return { text: unwrap(text), extraction: 'text', node: undefined }
}

/** A text that parses only because its words are taken for symbols or remarks. */
function isProse(node: Node, text: string): boolean {
  // `Therefore, x = 42` is no list of a word and an equation.
  if (
    node.kind === 'sequence' &&
    node.items.some((item) => item.kind === 'text') &&
    node.items.some((item) => item.kind !== 'text')
  )
    return true
  if (node.kind === 'text') return /\d/u.test(text) || text.split(/\s+/u).length > 6
  const words = text.replace(/\\[a-zA-Z]+/gu, ' ').match(/\p{L}{2,}/gu)?.length ?? 0
  return words > 6 && symbolsOf(node).size > 3
}

/** Takes delimiters, bold marks and quotation marks off an answer. */
function unwrap(text: string): string {
  let clean = text.trim()
  for (let round = 0; round < 4; round += 1) {
    const before = clean
    clean = clean
      .replace(/^(?:\*\*|["'`]|\\")+/u, '')
      .replace(/(?:\*\*|["`]|\\")+[.。]?$/u, '')
      .trim()
    if (/^\\[[(]/u.test(clean) && /\\[\])][.,]?$/u.test(clean))
      clean = clean
        .replace(/^\\[[(]/u, '')
        .replace(/\\[\])][.,]?$/u, '')
        .trim()
    if (clean === before) break
  }
  return clean
}
