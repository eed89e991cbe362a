import { MAX_ANSWER_CHARACTERS, type Budget } from '../values/budget.ts'
import { symbolsOf, type Node } from '../values/expression.ts'
import { parseAnswer } from '../parse/parser.ts'

/** A final answer as it was found: its text, how it was found, and how it was understood if it was. */
export type Reading = {
  text: string
  extraction: string
  node: Node | undefined
  /** Why the text that was found must not be taken for the answer. */
  doubt?: string
}

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
export const MAX_WHOLE = 400

/** A text without delimiters and quotation marks, with what the parser makes of it. */
export function read(text: string, extraction: string, options: ExtractOptions): Reading {
  const clean = unwrap(text).replace(LABEL, '')
  return {
    text: clean,
    extraction,
    node: clean.length > MAX_ANSWER_CHARACTERS ? undefined : parseAnswer(clean, options.budget),
  }
}

/** `Answer:` and the letter of an option before the value of a marked answer. */
const LABEL =
  /^(?:\\(?:text|textbf|mathrm|mathbf|textrm)\s?\{\s?(?:(?:[Tt]he\s)?(?:[Ff]inal\s)?[Aa]nswer(?:\sis)?\s?[:=]?|\([A-J]\)[.:]?|[A-J][).:])\s{0,3}\}|\([A-J]\)\s(?=[\d$\\-]))(?:\s|~|\\[ ,;:]|\\q?quad)*(?=[^\s=+*/^_.,])/u

/** A text that parses only because its words are taken for symbols or remarks. */
export function isProse(node: Node, text: string): boolean {
  // `Therefore, x = 42` is no list of a word and an equation.
  if (
    node.kind === 'sequence' &&
    node.items.some((item) => item.kind === 'text') &&
    node.items.some((item) => item.kind !== 'text')
  )
    return true
  if (node.kind === 'text' && /^(?:date .+|true|false|yes|no)$/u.test(node.text)) return false
  if (node.kind === 'text') {
    const words = text.split(/\s+/u).length
    return /\d/u.test(text) || words > 6 || (words > 3 && /[.!]\s*$/u.test(text))
  }
  const words = text.replace(/\\[a-zA-Z]+/gu, ' ').match(/\p{L}{2,}/gu)?.length ?? 0
  return words > 6 && symbolsOf(node).size > 3
}

/** Takes delimiters, bold marks and quotation marks off an answer. */
export function unwrap(text: string): string {
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
