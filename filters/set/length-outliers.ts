import { z } from 'zod'
import type { SampleSetFilter, SetSample } from '../set-filter.ts'
import {
  type ArmHistograms,
  counts,
  histogramOf,
  mergeArms,
  over,
  withoutPercentiles,
} from './arm-histograms.ts'
import { bucketOf, bucketsBetween, emptyHistogram } from './token-histogram.ts'

const Options = z
  .strictObject({
    low: z
      .number()
      .min(0)
      .max(100)
      .default(0.5)
      .describe('percentile below which a length is an outlier; 0 for none'),
    high: z
      .number()
      .min(0)
      .max(100)
      .default(99.5)
      .describe('percentile above which a length is an outlier; 100 for none'),
    of: z
      .enum(['reasoning', 'answer', 'total'])
      .default('total')
      .describe('which length, in tokens of the tokenizer of the trace'),
    over,
  })
  .refine(({ low, high }) => low < high, { message: '`low` must be less than `high`' })
type Options = z.infer<typeof Options>

/**
 * Lengths outside percentiles of the same arm (NeMo-Skills drops length outliers; the percentiles are our own). The
 * percentiles are those of a histogram whose buckets are exact below 256 tokens and at most 0.8 % wide above; whole
 * buckets are dropped, so never more than the stated share of the answers that the percentiles are taken over.
 */
export const lengthOutliers: SampleSetFilter<Options, ArmHistograms> = {
  name: 'length-outliers',
  version: '2',
  source: 'NeMo-Skills for the rule; percentiles own numbers',
  rules: ['T8'],
  scope: 'set',
  of: 'sample',
  defaultOn: false,
  reasons: {
    length_outlier_short: 'The trace is shorter than nearly all of its arm.',
    length_outlier_long: 'The trace is longer than nearly all of its arm.',
  },
  options: Options,
  numbers: { low: 'more', high: 'fewer' },
  create: (options) => ({
    empty: () => new Map(),
    add(summary, sample) {
      const histogram = histogramOf(summary, sample.arm.name, emptyHistogram)
      if (counts(sample, options.over)) histogram[bucketOf(tokensOf(sample, options))]! += 1
    },
    merge: mergeArms,
    unknown: (summary) => withoutPercentiles(summary, options),
    decide(summary) {
      const bounds = new Map(
        [...summary].map(([arm, histogram]) => {
          const [lowest, highest] = bucketsBetween(histogram, options.low / 100, options.high / 100)
          // An end that is open is open to answers too that the percentiles are not taken over.
          return [arm, [options.low === 0 ? 0 : lowest, options.high === 100 ? Infinity : highest]] as const
        }),
      )
      return (sample) => {
        const [lowest, highest] = bounds.get(sample.arm.name) ?? [0, Infinity]
        const bucket = bucketOf(tokensOf(sample, options))
        if (bucket < lowest) return ['length_outlier_short']
        return bucket > highest ? ['length_outlier_long'] : []
      }
    },
  }),
}

function tokensOf({ trace }: SetSample, { of }: Options): number {
  if (of === 'reasoning') return trace.reasoning_tokens
  return of === 'answer' ? trace.answer_tokens : trace.reasoning_tokens + trace.answer_tokens
}
