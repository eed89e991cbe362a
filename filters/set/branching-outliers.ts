import { z } from 'zod'
import { measureOf } from '../../schemas/decision.ts'
import type { SampleSetFilter, SetSample } from '../set-filter.ts'
import {
  type ArmHistograms,
  counts,
  histogramOf,
  mergeArms,
  over,
  withoutPercentiles,
} from './arm-histograms.ts'
import { bucketsBetween } from './token-histogram.ts'

const Options = z.strictObject({
  top: z
    .number()
    .min(0)
    .max(50)
    .default(10)
    .describe('percent of the traces of an arm, those that branch most, that are left out; 0 for none'),
  over,
})
type Options = z.infer<typeof Options>

/** The density is a share with four decimals, so each value has a bucket of its own. */
const perOne = 10_000

/**
 * The traces of an arm that branch most, by the stored density of steps that open with a reflection keyword. Leaving such
 * traces out helps (arXiv 2604.01702, which gives no cut; the tenth is our own). Arms are apart, because teachers differ in
 * their habit of blank lines. A trace without a density, of fewer than five steps, stays.
 */
export const branchingOutliers: SampleSetFilter<Options, ArmHistograms> = {
  name: 'branching-outliers',
  version: '2',
  source: 'arXiv 2604.01702 for the rule; own number',
  rules: ['T20'],
  scope: 'set',
  of: 'sample',
  defaultOn: false,
  reasons: { branches_most: 'The reasoning is among those of its arm that turn back most often.' },
  options: Options,
  numbers: { top: 'more' },
  create: (options) => ({
    empty: () => new Map(),
    add(summary, sample) {
      const bucket = densityOf(sample)
      if (bucket === null) return
      const histogram = histogramOf(summary, sample.arm.name, () => new Uint32Array(perOne + 1))
      if (counts(sample, options.over)) histogram[bucket]! += 1
    },
    merge: mergeArms,
    unknown: (summary) => withoutPercentiles(summary, options),
    decide(summary) {
      const most = new Map(
        [...summary].map(([arm, histogram]) => [arm, bucketsBetween(histogram, 0, 1 - options.top / 100)[1]]),
      )
      return (sample) => {
        // Traces that the percentiles are not taken over may branch more than all others.
        if (options.top === 0) return []
        const density = densityOf(sample)
        return density !== null && density > (most.get(sample.arm.name) ?? perOne) ? ['branches_most'] : []
      }
    },
  }),
}

function densityOf({ decision, trace: { key } }: SetSample): number | null {
  const density = measureOf({ ...decision, key }, 'branching_density')
  return density === null ? null : Math.round(density * perOne)
}
