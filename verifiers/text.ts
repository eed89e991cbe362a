import { boxedInstruction } from './boxed-instruction.ts'
import { z } from 'zod'
import type { VerdictValue, VerifierResult } from '../schemas/verdict.ts'
import { extractText, plainWords, type FoundText } from './extract/extract-text.ts'
import { foldText } from './extract/fold-text.ts'
import { compareAnswerTexts } from './math/math.ts'
import { MathOptions } from './math/evaluate/options.ts'
import { stripThinkBlocks } from './extract/think-blocks.ts'
import type { Verifier } from './verifier.ts'

export const TextOptions = z.strictObject({
  match: z
    .enum(['exact', 'normalised'])
    .default('normalised')
    .describe(
      'normalised ignores case, the punctuation of sentences, articles and white space; exact does not',
    ),
})
export type TextOptions = z.infer<typeof TextOptions>

const MAX_CHARACTERS = 6_000
const numberOptions = MathOptions.parse({})

/**
 * Short answers in words. The final answer is looked for where answers are marked (a box, an answer tag, `the answer
 * is`), then compared as text; one that is a number is compared as a number, so that `1,024` is 1024. An answer that is
 * not marked is `undecided`, because words of an explanation would have to be guessed for it.
 */
export const textVerifier: Verifier<TextOptions> = {
  name: 'text',
  version: '3',
  options: TextOptions,
  instruction: `${boxedInstruction} Keep the final answer as short as the question allows.`,
  verify({ answers, output, bare }, options) {
    const golds = answers.map((gold) => plainWords(gold)).filter((gold) => gold !== '')
    if (golds.length === 0) return result('gold_unparseable', 'empty_gold')
    if (stripThinkBlocks(output).trim() === '') return result('no_answer', 'empty_answer')
    const found: FoundText | undefined = bare
      ? { text: plainWords(output), extraction: 'whole' }
      : extractText(output)
    if (found === undefined) return result('undecided', 'answer_not_marked')
    if (found.doubt !== undefined) return result('undecided', found.doubt, found)
    if (found.text === '') return result('no_answer', 'empty_answer', found)
    if (found.text.length > MAX_CHARACTERS) return result('undecided', 'answer_too_long', found)
    const right = golds.some((gold) => same(gold, found.text, options))
    return right ? result('correct', '', found) : result('incorrect', 'different_text', found)
  },
}

function same(gold: string, said: string, { match }: TextOptions): boolean {
  if (match === 'exact') return gold === said
  return (
    foldText(gold) === foldText(said) ||
    saysYesOrNo(gold, said) ||
    (isNumber(gold) && compareAnswerTexts(gold, said, numberOptions).equal === true)
  )
}

/** `Yes, it is.` says yes; `Yes and no` and `Not yes` do not. */
function saysYesOrNo(gold: string, said: string): boolean {
  const word = gold.toLowerCase()
  if (!/^(?:yes|no|true|false)$/u.test(word)) return false
  const [, first, rest = ''] = /^(\p{L}+)(?:[,.;:!]|\s[–—-])\s+(.+)$/su.exec(said) ?? []
  return (
    first?.toLowerCase() === word &&
    !/\b(?:yes|no|true|false|but|however|unless|except|only if|not true)\b/iu.test(rest)
  )
}

function isNumber(text: string): boolean {
  return /^[-−+]?[\d.,]+$/u.test(text)
}

function result(verdict: VerdictValue, reason: string, found?: FoundText): VerifierResult {
  return {
    verdict,
    extracted: found?.text.slice(0, 2_000) ?? '',
    extraction: found?.extraction ?? 'none',
    path: 'text',
    reason,
  }
}

/** Lower case without punctuation, English articles and doubled white space (the usual SQuAD normalisation). */
function normaliseText(text: string): string {
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
