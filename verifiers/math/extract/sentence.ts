import { parseAnswer } from '../parse/parser.ts'
import { isDeniedAfter, isDeniedBefore } from '../../extract/denial.ts'
import { boldSpans, mathSpans, type Span } from '../../extract/spans.ts'
import { hasFurtherStep, looksLikeCode, readSentence } from './prose.ts'
import { isProse, MAX_WHOLE, read, unwrap, type ExtractOptions, type Reading } from './reading.ts'
import { goesOn, isSpoiled, isUnsure } from './surroundings.ts'
import { dropClosingBracket } from './tidy.ts'

/** Part of a line that is read as a sentence, counted from its end. */
const MAX_SENTENCE = 2_000

/** Sentences that models add behind the answer. */
export function stripChatter(line: string): string {
  const at = line.lastIndexOf('I hope ')
  // The number of a step is no value.
  const kept = (at > 0 && line.length - at < 40 ? line.slice(0, at).trimEnd() : line).replace(
    /^\s{0,8}\d{1,2}[.)]\s+(?=\p{L})/u,
    '',
  )
  // What checks the answer follows it.
  const check = /(?<=\d[^\n]{0,200})[.;!]\s(?:check|verification|verify|proof|to verify)\s?[:：]/iu.exec(kept)
  return check === null ? kept : kept.slice(0, check.index + 1)
}

/** The answer in a line: its last mathematics, bold text, what follows the last equals sign, or its best number. */
export function fromSentence(line: string, options: ExtractOptions): Reading | undefined {
  // A cut in the middle of a word could make a word of a command.
  const cut = line.length <= MAX_SENTENCE ? 0 : line.indexOf(' ', line.length - MAX_SENTENCE)
  if (cut < 0) return undefined
  const plain = line.slice(cut).replace(/<<[^<>]{0,200}>>/gu, '')
  const tail = dropClosingBracket(
    plain.includes('$') || plain.includes('\\(')
      ? plain
      : plain.replace(/\\(?:text|mbox|textrm)\s?\{([^{}]{0,200})\}/gu, '$1'),
  )
  if (looksLikeCode(tail)) return undefined
  const sentences = tail
    .split(/(?<=[.。!?](?:\$\$|\\\])?)\s+(?=\S)/u)
    .filter((part) => /\d|\$|\\|\*\*/u.test(part))
  const sentence = sentences.at(-1) ?? tail
  // A formula that was not understood is no sentence; one of its numbers is not its value.
  const worded = hasWords(tail)
  const bold = worded ? (joinSpans(tail, boldSpans(tail)) ?? boldSpans(tail).at(-1)) : undefined
  if (bold !== undefined && isSpoiled(tail.slice(0, bold.start), tail.slice(bold.end))) return undefined
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
    const other = /^\s*or\s+(-?\d[\d.,/]{0,30}\\?%?)[\s.]*$/u.exec(sentence.slice(last.end))?.[1]
    if (other !== undefined)
      return readSpan({ ...last, content: `${last.content} \\text{ or } ${other}` }, 'last_math', options)
    const first = spans[spans.length - 1 - joinedBefore(sentence, spans)] ?? last
    if (isSpoiled(sentence.slice(0, first.start), sentence.slice(last.end))) return undefined
    if (isUnsure(sentence) && !sentence.includes('=')) return undefined
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

export function readSpan(span: Span, extraction: string, options: ExtractOptions): Reading {
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
  const count = joinedBefore(text, spans)
  if (count === 0) return undefined
  const row = spans.slice(-1 - count)
  return { ...last, start: row[0]?.start ?? last.start, content: row.map((span) => span.content).join(', ') }
}

/** How many pieces stand before the last one with nothing but commas and connectives between them. */
function joinedBefore(text: string, spans: readonly Span[]): number {
  let count = 0
  for (let at = spans.length - 1; at > 0; at -= 1) {
    const [before, span] = [spans[at - 1], spans[at]]
    if (before === undefined || span === undefined) break
    if (!/^\s*(?:,|and|or|,\s*and|,\s*or|[、，和或及与])\s*$/u.test(text.slice(before.end, span.start))) break
    // `since $x > 0$, $x = 4$`: a reason is no part of the answer.
    if (
      /\b(?:since|because|as|if|when|for|with|given|where)\s{1,3}$/iu.test(
        text.slice(Math.max(0, before.start - 12), before.start),
      )
    )
      break
    count += 1
  }
  return count
}

function hasWords(text: string): boolean {
  return /\p{L}{2,}|[\u3040-\u9fff]/u.test(text.replace(/\\[a-zA-Z]+(?:\{[a-z*]{1,12}\})?/gu, ' '))
}

/** The value behind the last equals sign of a line that is not set off as mathematics. */
function afterEquals(sentence: string, options: ExtractOptions): Reading | undefined {
  const at = Math.max(sentence.lastIndexOf('='), sentence.lastIndexOf('≈'))
  if (at < 0 || sentence.length > 1_500) return undefined
  const rest = sentence.slice(at + 1).trim()
  const name = /[a-zA-Z]\w?\s?$/u.exec(sentence.slice(0, at))?.index ?? at
  const behind = rest.replace(/^[-$\\\d.,/]+/u, '')
  if (isDeniedBefore(sentence.slice(0, name)) || isDeniedAfter(behind)) return undefined
  if (hasFurtherStep(rest) || goesOn(rest.replace(/^[-$\\\d.,/]+/u, ''))) return undefined
  // `= 16 balls`, `= $140 a week`, `= 5th place`: the number is the value, the words are not symbols.
  const amount =
    /^-?\s?\\?[$€£]?\s?(?:\d[\d,]{0,30}(?:\.\d{1,30})?|\.\d{1,30})(?=\s?(?:st|nd|rd|th)\b|\s+(?:a\s|an\s|[A-Z]?'?[a-z]{2,}|[A-Z]'))/u.exec(
      rest,
    )?.[0]
  const scaled =
    amount !== undefined &&
    /^\s*(?:hundred|thousand|million|billion|percent)\b/u.test(rest.slice(amount.length))
  // Words set in mathematics belong to what is said.
  const worded = /\\(?:text|mbox|mathrm)(?![a-zA-Z])|^\S{1,30}\s+or\b/u.test(rest)
  const cuts = worded
    ? [rest]
    : [
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
