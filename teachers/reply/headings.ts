import type { ContentSplit } from './content-split.ts'
import { trimText } from './trim-text.ts'

/** Sentences that open a reasoning and an answer in place of marks. */
const headings: readonly { open: RegExp; close: RegExp }[] = [
  // Granite 3.2, from its chat template.
  {
    open: /^\s*here(?: is|['’]s) my thought process:?\s/iu,
    close: /(?:^|\n)[ \t]*here(?: is|['’]s) my response:?[ \t]*(?:\r?\n|$|(?=\S))/giu,
  },
  // What the command line of Ollama prints, in logs of it.
  { open: /^\s*thinking\.\.\.[ \t]*\r?\n/iu, close: /(?:^|\n)\.\.\.done thinking\.[ \t]*(?:\r?\n|$)/giu },
]

/** Takes apart a text whose reasoning and answer are opened by sentences. */
export function splitHeadings(text: string): ContentSplit | undefined {
  for (const { open, close } of headings) {
    const start = open.exec(text)?.[0].length
    if (start === undefined) continue
    const body = text.slice(start)
    const [first, ...further] = body.matchAll(close)
    const shared = { source: 'thought_markers', damaged: further.length > 0 } as const
    if (first === undefined) return { ...shared, reasoning: trimText(body), answer: '', closed: false }
    const answer = trimText(body.slice(first.index + first[0].length))
    return { ...shared, reasoning: trimText(body.slice(0, first.index)), answer, closed: true }
  }
  return undefined
}
