import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { loopAtEnd } from '../text/period.ts'
import { anyOccurs, differentIn, frequent, openNGrams, splitWords, type Words } from '../text/words.ts'

const Options = z.strictObject({
  ngram_words: z.int().min(2).default(20).describe('length in words of the n-gram that is counted'),
  ngram_repeats: z.int().positive().default(20).describe('most times that one such n-gram may occur'),
  repeated_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('largest share of word triples that are repeats'),
  share_words: z
    .int()
    .nonnegative()
    .default(500)
    .describe('the share is judged in texts of more words than this'),
  tail_characters: z.int().positive().default(400).describe('least length of a repeating end that is a loop'),
  tail_period: z.int().positive().default(1000).describe('greatest length in characters of what it repeats'),
  tail_repeats: z.int().min(2).default(4).describe('least number of repeats'),
})
type Options = z.infer<typeof Options>

/**
 * Loops. The 20-gram rule is DeepDistill's (arXiv 2504.17565); the share of repeated 3-grams is Open-R1's repetition
 * measure (huggingface/open-r1) with a cut of our own; the tail rule finds a text that ended, or was cut, inside a loop.
 * Rows of equal cells, as in tables and matrices, are held to stricter tests than words. Reasoning and answer are judged
 * apart, because an answer may well repeat its reasoning.
 */
export const repetition: SampleFilter<Options> = {
  name: 'repetition',
  version: '1',
  source: 'DeepDistill: 20-grams 20 times; Open-R1 for the share; cut and tail own numbers',
  rules: ['T9', 'T10', 'T11'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    repeated_ngram: 'One run of words occurs again and again.',
    low_unique_ngrams: 'Nearly all word triples of a long text are repeats.',
    tail_loop: 'The end of the text repeats one passage exactly.',
  },
  options: Options,
  create:
    (options) =>
    ({ trace }) => {
      const found = new Set([...loops(trace.reasoning, options), ...loops(trace.answer, options)])
      return Object.keys(repetition.reasons).filter((reason) => found.has(reason))
    },
}

function loops(text: string, options: Options): string[] {
  const words = splitWords(text)
  const nGrams = openNGrams(words.ids)
  const reasons: string[] = []
  if (repeatsNGram(words, nGrams, options)) reasons.push('repeated_ngram')
  if (repeatedShare(words, nGrams, options) > options.repeated_share) reasons.push('low_unique_ngrams')
  if (endsInLoop(text.trimEnd(), options)) reasons.push('tail_loop')
  return reasons
}

type NGrams = ReturnType<typeof openNGrams>

function repeatsNGram(
  words: Words,
  nGrams: NGrams,
  { ngram_words: n, ngram_repeats: times }: Options,
): boolean {
  if (words.ids.length < n + times) return false
  // An n-gram cannot occur more often than its parts, and few texts repeat even four or eight words so often.
  for (let part = 4; part < n; part *= 2) if (!anyOccurs(nGrams(part), times)) return false
  if (!anyOccurs(nGrams(n), times)) return false
  return frequent(nGrams(n), n, times).some(({ first, apart }) => {
    const different = Array.from(new Set(words.ids.subarray(first, first + n)), words.word)
    // Cells of a table overlap with themselves at every second word; only whole rows count.
    return apart > times || different.filter(isWord).length >= 3
  })
}

function repeatedShare({ ids }: Words, nGrams: NGrams, { share_words }: Options): number {
  if (ids.length <= share_words || ids.length < 3) return 0
  const triples = nGrams(3)
  return 1 - differentIn(triples) / triples.length
}

function endsInLoop(text: string, options: Options): boolean {
  const bounds = {
    characters: options.tail_characters,
    period: options.tail_period,
    repeats: options.tail_repeats,
  }
  const loop = loopAtEnd(text, bounds)
  // Twice, because a passage of one letter makes a word only when repeated.
  if (loop === undefined || isWord(loop.repeat(2))) return loop !== undefined
  // A grid of digits may well be an answer, a very long one is not; a ruled line is neither.
  return (
    /\p{N}/u.test(loop) && loopAtEnd(text, { ...bounds, characters: bounds.characters * 10 }) !== undefined
  )
}

function isWord(text: string): boolean {
  return /\p{L}{2}|\p{Script=Han}/u.test(text)
}
