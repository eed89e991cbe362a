import type { ContentSplit } from './content-split.ts'
import { trimText } from './trim-text.ts'

/** Sections as s1 writes them; a server that drops special tokens leaves the bare words on lines of their own. */
const opening = /^\s*(?:<\|im_start\|>)?think[ \t]*\r?\n/u
const answerLine = /(?:^|\n)(?:<\|im_start\|>)?answer[ \t]*\r?(?:\n|$)/gu

/**
 * Takes apart a text whose sections are opened by the words `think` and `answer`. Without the first word at the head the
 * second one means nothing. Format: simplescaling/s1.
 */
export function splitSectionWords(text: string): ContentSplit | undefined {
  const start = opening.exec(text)?.[0].length
  if (start === undefined) return undefined
  const body = text.slice(start)
  const [first, ...further] = body.matchAll(answerLine)
  const shared = { source: 'thought_markers', damaged: further.length > 0 } as const
  if (first === undefined) return { ...shared, reasoning: trimText(body), answer: '', closed: false }
  const answer = trimText(body.slice(first.index + first[0].length))
  const reasoning = trimText(body.slice(0, first.index).replace(/<\|im_end\|>\s*$/u, ''))
  return { ...shared, reasoning, answer, closed: true }
}
