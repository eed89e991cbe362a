import { z } from 'zod'
import type { SampleSetFilter } from '../set-filter.ts'
import {
  type ArmHistograms,
  counts,
  histogramOf,
  mergeArms,
  over,
  withoutPercentiles,
} from './arm-histograms.ts'
import { bucketOf, bucketsBetween, emptyHistogram, largestIn } from './token-histogram.ts'

const Options = z.strictObject({
  percentile: z
    .number()
    .min(50)
    .max(100)
    .default(99)
    .describe('percentile of the lengths of the same arm that a direct answer is held against'),
  times: z.number().min(1).default(2).describe('how many times as long as that it may be'),
  over,
})
type Options = z.infer<typeof Options>

/**
 * Direct answers that are far longer than those of their arm: a teacher that was told not to think and thinks in its
 * answer. The rule and its numbers are our own; NeMo Curator looks for tags, which `think-format` does.
 */
export const longDirectAnswers: SampleSetFilter<Options, ArmHistograms> = {
  name: 'long-direct-answers',
  version: '1',
  source: 'own rule and numbers, beside the tags of NeMo Curator',
  rules: ['T18'],
  scope: 'set',
  of: 'sample',
  defaultOn: false,
  reasons: { long_direct_answer: 'The direct answer is several times as long as nearly all of its arm.' },
  options: Options,
  numbers: { percentile: 'fewer', times: 'fewer' },
  create: (options) => ({
    empty: () => new Map(),
    add(summary, sample) {
      if (sample.arm.mode !== 'non_thinking') return
      const histogram = histogramOf(summary, sample.arm.name, emptyHistogram)
      if (counts(sample, options.over)) histogram[bucketOf(sample.trace.answer_tokens)]! += 1
    },
    merge: mergeArms,
    unknown: (summary) => withoutPercentiles(summary, options),
    decide(summary) {
      const most = new Map(
        [...summary].map(([arm, histogram]) => {
          const [, highest] = bucketsBetween(histogram, 0, options.percentile / 100)
          return [
            arm,
            histogram.every((count) => count === 0) ? Infinity : largestIn(highest) * options.times,
          ]
        }),
      )
      return ({ arm, trace }) =>
        trace.answer_tokens > (most.get(arm.name) ?? Infinity) ? ['long_direct_answer'] : []
    },
  }),
}
