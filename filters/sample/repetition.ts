import { z } from 'zod'
import type { Sample, SampleFilter } from '../filter.ts'
import { loopAtEnd, loopLength } from '../text/period.ts'
import { differentNGrams, frequent, greatestCount, mayOccur, openNGrams } from '../text/n-grams.ts'
import { splitWords, type Words } from '../text/words.ts'

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
  version: '2',
  source: 'DeepDistill: 20-grams 20 times; Open-R1 for the share; cut and tail own numbers',
  rules: ['T9', 'T10', 'T11'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    repeated_ngram: 'One run of words occurs again and again.',
    low_unique_ngrams: 'Nearly all word triples of a long text are repeats.',
    tail_loop: 'The end of the text repeats one passage exactly.',
  },
  measures: [
    {
      name: 'greatest_20gram_count',
      unit: 'occurrences',
      describe:
        'how often the run of 20 words occurs in reasoning or answer that occurs most, overlaps counted; 1 where none is repeated, null below 20 words',
      whole: true,
    },
    {
      name: 'repeated_triples',
      unit: 'share from 0 to 1',
      describe:
        'word triples of reasoning or answer that are repeats, of whichever has more (Open-R1), null below three words',
      whole: false,
    },
    {
      name: 'tail_loop',
      unit: 'characters',
      describe:
        'length of the end of reasoning or answer that repeats one passage of up to 1,000 characters at least four times, 0 where it is none of 400',
      whole: true,
    },
  ],
  options: Options,
  numbers: {
    ngram_words: 'defines',
    ngram_repeats: 'fewer',
    repeated_share: 'fewer',
    share_words: 'fewer',
    tail_characters: 'fewer',
    tail_period: 'more',
    tail_repeats: 'fewer',
  },
  measure(sample) {
    const parts = partsOf(sample)
    const shares = parts.flatMap(({ repeated }) => repeated ?? [])
    const greatest = Math.max(...parts.map(({ words }) => greatestCount(words.ids, usualNGram)))
    return {
      greatest_20gram_count: greatest === 0 ? null : greatest,
      repeated_triples: shares.length === 0 ? null : Math.max(...shares),
      tail_loop: Math.max(...parts.map(({ text }) => loopLength(text, usualLoop))),
    }
  },
  create: (options) => (sample) => {
    const found = new Set(partsOf(sample).flatMap((part) => loops(part, options)))
    return Object.keys(repetition.reasons).filter((reason) => found.has(reason))
  },
}

/** The length and the bounds of the measures, which options cannot change. */
const usualNGram = 20
const usualLoop = { characters: 400, period: 1000, repeats: 4 }

/** `repeated` is the share of word triples that are repeats, `null` where there is none. */
type Part = { text: string; words: Words; repeated: number | null }

let latest: { trace: Sample['trace']; parts: Part[] } | undefined

/** Reasoning and answer with their words: those of the trace that was looked at last are kept, for what looks next. */
function partsOf({ trace }: Sample): Part[] {
  if (latest?.trace !== trace) latest = { trace, parts: [trace.reasoning, trace.answer].map(partOf) }
  return latest.parts
}

function partOf(whole: string): Part {
  const words = splitWords(whole)
  const triples = words.ids.length - 2
  const repeated = triples < 1 ? null : 1 - differentNGrams(words.ids, 3) / triples
  return { text: whole.trimEnd(), words, repeated }
}

function loops({ text, words, repeated }: Part, options: Options): string[] {
  const reasons: string[] = []
  if (repeatsNGram(words, options)) reasons.push('repeated_ngram')
  if (words.ids.length > options.share_words && (repeated ?? 0) > options.repeated_share)
    reasons.push('low_unique_ngrams')
  if (endsInLoop(text, options)) reasons.push('tail_loop')
  return reasons
}

function repeatsNGram(words: Words, { ngram_words: n, ngram_repeats: times }: Options): boolean {
  // Few texts repeat anything so often, so they are counted roughly first.
  if (!mayOccur(words.ids, n, times)) return false
  return frequent(openNGrams(words.ids)(n), n, times).some(({ first, apart }) => {
    const different = Array.from(new Set(words.ids.subarray(first, first + n)), words.word)
    // Cells of a table overlap with themselves at every second word; only whole rows count.
    return apart > times || different.filter(isWord).length >= 3
  })
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
