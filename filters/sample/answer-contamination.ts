import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { benchmarkFiles, benchmarkOptions, benchmarksOf } from '../text/benchmarks.ts'

const Options = z.strictObject({
  ...benchmarkOptions,
  without_digits: z
    .boolean()
    .default(false)
    .describe('whether runs are also looked for with numbers left out'),
  stripped: z
    .boolean()
    .default(false)
    .describe('whether digits and punctuation are stripped and the rest compared'),
  short_items: z.boolean().default(false).describe('whether an item of fewer words than a run is looked for'),
  min_coverage: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('least share of the runs of an item that the answer must hold'),
})

/**
 * Answers that quote a benchmark: a trace that holds most of an item which its own problem does not hold. Published recipes
 * look at prompts only; the share is our own.
 */
export const answerContamination: SampleFilter<z.infer<typeof Options>> = {
  name: 'answer-contamination',
  version: '2',
  source: 'own rule and share; runs as OpenThoughts3',
  rules: ['C5'],
  scope: 'sample',
  defaultOn: false,
  reasons: { quotes_benchmark: 'The answer quotes an item of a benchmark that is not its problem.' },
  options: Options,
  numbers: { ngram: 'defines', min_coverage: 'fewer' },
  files: benchmarkFiles,
  create(options, files) {
    const benchmarks = benchmarksOf(options, files)
    return ({ problem, trace }) => {
      const hits = [trace.reasoning, trace.answer].flatMap((text) =>
        benchmarks.find(text).filter(({ value }) => value >= options.min_coverage),
      )
      if (hits.length === 0) return []
      const own = new Set(
        benchmarks.find([problem.prompt, ...problem.choices].join('\n')).map(({ item }) => item),
      )
      return hits.some(({ item }) => !own.has(item)) ? ['quotes_benchmark'] : []
    }
  },
}
