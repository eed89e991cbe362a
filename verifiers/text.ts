import { z } from 'zod'
import { stripThinkBlocks } from './think-blocks.ts'
import type { Verifier } from './verifier.ts'

export const TextOptions = z.strictObject({
  /** `normalised` ignores case, punctuation, articles and white space; `exact` compares trimmed text. */
  match: z.enum(['exact', 'normalised']).default('normalised'),
})
export type TextOptions = z.infer<typeof TextOptions>

const MAX_CHARACTERS = 6_000

/** Short free-text answers compared as text. */
export const textVerifier: Verifier<TextOptions> = {
  name: 'text',
  version: '1',
  options: TextOptions,
  verify(input, options) {
    const normalise = options.match === 'exact' ? (text: string) => text.trim() : normaliseText
    const golds = input.answers.map(normalise).filter((gold) => gold !== '')
    const said = stripThinkBlocks(input.output).trim()
    const found = { extracted: said.slice(0, 200), extraction: 'whole', path: 'text' }
    if (golds.length === 0) return { ...found, verdict: 'gold_unparseable', reason: 'empty_gold' }
    if (said === '') return { ...found, verdict: 'no_answer', reason: 'empty_answer' }
    if (said.length > MAX_CHARACTERS) return { ...found, verdict: 'undecided', reason: 'answer_too_long' }
    const answer = normalise(said)
    return golds.includes(answer)
      ? { ...found, verdict: 'correct', reason: '' }
      : { ...found, verdict: 'incorrect', reason: 'different_text' }
  },
}

/** Lower case without punctuation, English articles and doubled white space (the usual SQuAD normalisation). */
export function normaliseText(text: string): string {
  return words(text)
    .filter((word) => word !== 'a' && word !== 'an' && word !== 'the')
    .join(' ')
}

/** Token F1 of two texts after normalisation, from 0 to 1; 1 when both are empty (SQuAD, arXiv 1606.05250). */
export function tokenF1(gold: string, answer: string): number {
  const expected = normaliseText(gold).split(' ').filter(Boolean)
  const said = normaliseText(answer).split(' ').filter(Boolean)
  if (expected.length === 0 || said.length === 0) return expected.length === said.length ? 1 : 0
  const left = new Map<string, number>()
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of said) {
    const count = left.get(word) ?? 0
    if (count > 0) shared += 1
    left.set(word, count - 1)
  }
  if (shared === 0) return 0
  const precision = shared / said.length
  const recall = shared / expected.length
  return (2 * precision * recall) / (precision + recall)
}

function words(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .split(/\s+/u)
    .filter(Boolean)
}
