import { findBoxes, lastRow } from './boxed.ts'
import { isDeniedAfter, isDeniedBefore, isRetracted } from './denial.ts'
import { lastAnswerLine, lastAnswerTag, lastHashMark } from './marked.ts'
import { statedAnswer } from './phrase.ts'
import { cutRunOn } from './run-on.ts'
import { boldSpans } from './spans.ts'
import { stripThinkBlocks } from './think-blocks.ts'

/** An answer in words, how it was found, and why it must not be taken if so. */
export type FoundText = { text: string; extraction: string; doubt?: string }

/** Longest text, in characters, that may be the answer as a whole. */
const longestWhole = 200

/**
 * The final answer of a text whose answer is words: an answer tag, the last box, `####`, a last line `Answer: …`, what
 * follows `the answer is`, bold text of the last line, or the whole text when it is short and one paragraph. `undefined`
 * when the answer is not marked: the last sentence of an explanation is not taken for it.
 */
export function extractText(output: string): FoundText | undefined {
  const text = cutRunOn(stripThinkBlocks(output)).trim()
  const tagged = lastAnswerTag(text)
  if (tagged) return { text: plainWords(boxedIn(tagged)?.text ?? tagged), extraction: 'answer_tag' }
  const boxed = boxedIn(text)
  if (boxed !== undefined) return { ...boxed, text: plainWords(boxed.text) }
  for (const [found, extraction] of [
    [lastHashMark(text), 'hash_mark'],
    [lastAnswerLine(text), 'answer_line'],
  ] as const) {
    if (!found?.trim()) continue
    const retracted = isRetracted(text.slice(text.lastIndexOf(found) + found.length))
    return { text: plainWords(found), extraction, ...(retracted ? { doubt: 'retracted_answer' } : {}) }
  }
  const stated = statedAnswer(text)
  if (stated?.doubt !== undefined)
    return { text: plainWords(lastLine(text)), extraction: 'phrase', doubt: stated.doubt }
  const said = firstSentence(stated?.said)
  if (said?.trim()) return { text: plainWords(said), extraction: 'phrase' }
  const line = lastLine(text)
  const bold = boldSpans(line).at(-1)
  if (bold !== undefined && bold.content !== '') {
    const denied = isDeniedBefore(line.slice(0, bold.start)) || isDeniedAfter(line.slice(bold.end))
    return {
      text: plainWords(bold.content),
      extraction: 'bold',
      ...(denied ? { doubt: 'denied_answer' } : {}),
    }
  }
  if (text.length <= longestWhole && !/\n\s*\n/u.test(text))
    return { text: plainWords(text), extraction: 'whole' }
  return undefined
}

/** An answer in words without the marks that typesetting puts around it: `\text{…}`, `$…$`, `**…**`, quotation marks. */
export function plainWords(text: string): string {
  return text
    .replaceAll(/\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|operatorname|mbox|emph)\b\s*/gu, '')
    .replaceAll(/\\[ ,;:!]|~/gu, ' ')
    .replaceAll(/\\[()[\]]|[${}]|\*\*|[“”"`]/gu, '')
    .trim()
    .replace(/[.。]$/u, '')
    .trim()
}

function boxedIn(text: string): FoundText | undefined {
  const { boxes, open } = findBoxes(text)
  // A box that is cut off may have lost half of its words.
  const row = open === undefined ? lastRow(text, boxes) : undefined
  if (row === undefined) return undefined
  const after = text.slice(row.end)
  const denied = isDeniedBefore(text.slice(0, row.start)) || isDeniedAfter(after)
  const doubt = denied ? 'denied_answer' : isRetracted(after) ? 'retracted_answer' : undefined
  return { text: row.content, extraction: 'boxed', ...(doubt === undefined ? {} : { doubt }) }
}

function firstSentence(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0]?.split(/[.。!?](?:\s|$)/u, 1)[0]
}

function lastLine(text: string): string {
  return text.split('\n').findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? ''
}
