import { findBoxes, lastBoxed } from './boxed.ts'
import { lastAnswerLine, lastAnswerTag, lastHashMark } from './marked.ts'
import { afterPhrase } from './phrase.ts'
import { boldSpans } from './spans.ts'
import { stripThinkBlocks } from './think-blocks.ts'

/** An answer in words, and how it was found. */
export type FoundText = { text: string; extraction: string }

/** Longest text, in characters, that may be the answer as a whole. */
const longestWhole = 200

/**
 * The final answer of a text whose answer is words: an answer tag, the last box, `####`, a last line `Answer: …`, what
 * follows `the answer is`, bold text of the last line, or the whole text when it is short and one paragraph. `undefined`
 * when the answer is not marked: the last sentence of an explanation is not taken for it.
 */
export function extractText(output: string): FoundText | undefined {
  const text = stripThinkBlocks(output).trim()
  const tagged = lastAnswerTag(text)
  if (tagged) return { text: plainWords(boxedIn(tagged) ?? tagged), extraction: 'answer_tag' }
  const boxed = boxedIn(text)
  if (boxed !== undefined) return { text: plainWords(boxed), extraction: 'boxed' }
  const marked: [string | undefined, string][] = [
    [lastHashMark(text), 'hash_mark'],
    [lastAnswerLine(text), 'answer_line'],
    [firstSentence(afterPhrase(text)), 'phrase'],
    [boldSpans(lastLine(text)).at(-1)?.content, 'bold'],
  ]
  for (const [found, extraction] of marked) if (found?.trim()) return { text: plainWords(found), extraction }
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

function boxedIn(text: string): string | undefined {
  const { boxes, open } = findBoxes(text)
  // A box that is cut off may have lost half of its words.
  return open === undefined ? lastBoxed(text, boxes) : undefined
}

function firstSentence(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0]?.split(/[.。!?](?:\s|$)/u, 1)[0]
}

function lastLine(text: string): string {
  return text.split('\n').findLast((line) => /[\p{L}\p{N}]/u.test(line)) ?? ''
}
