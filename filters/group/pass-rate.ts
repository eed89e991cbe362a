import { z } from 'zod'
import { firstSamples } from '../../schemas/arm.ts'
import type { Group, GroupFilter, Measured } from '../filter.ts'
import { rateOf, type Rate, wilson } from './rate.ts'

const share = z.number().min(0).max(1)

const isBand = [
  ({ above, below }: { above: number; below: number }) => above < below,
  { message: '`above` must be less than `below`' },
] as const

const Options = z
  .strictObject({
    above: share
      .default(0)
      .describe('the pass rate of a problem must be above this; 0 drops what is never solved'),
    below: share.default(1).describe('the pass rate must be below this; 1 drops what is always solved'),
    arms: z
      .array(z.string())
      .min(1)
      .nullable()
      .default(null)
      .describe('arms whose samples the rate is counted over, null for all arms together'),
    min_checked: z
      .int()
      .positive()
      .default(4)
      .describe('a problem with fewer answers that were found right or wrong stays'),
    or_equal: z.boolean().default(false).describe('whether a rate equal to a bound stays'),
    by: z
      .enum(['point', 'lower', 'upper'])
      .default('point')
      .describe(
        'what is held against the bounds: the rate, or the lower or upper end of its Wilson interval at 95 %',
      ),
    also: z
      .array(
        z
          .strictObject({
            arms: z.array(z.string()).min(1).describe('arms that have a band of their own'),
            above: share.default(0).describe('their rate must be above this'),
            below: share.default(1).describe('their rate must be below this'),
            or_equal: z.boolean().default(false).describe('whether a rate equal to a bound stays'),
          })
          .refine(...isBand),
      )
      .default([])
      .describe('further bands, such as of a weak model that must not solve the problem; all must hold'),
  })
  .refine(...isBand)
type Options = z.infer<typeof Options>

/**
 * A band of difficulty: problems that the arms solve too seldom or too often teach little (Open-R1 keeps rates strictly
 * between 0.1 and 0.6 for reinforcement learning; the defaults drop only the two ends, and `min_checked` is our own). The
 * rate is that of the first samples of each arm, which every problem has whatever its answers are, and answers that could
 * not be checked count on neither side. Says the same against every sample of the problem.
 */
export const passRate: GroupFilter<Options> = {
  name: 'pass-rate',
  version: '1',
  source: 'Open-R1 has 0.1 to 0.6; the two ends and min_checked own numbers',
  rules: ['S5', 'S6', 'S7', 'S8', 'S9', 'S10'],
  scope: 'group',
  readsNoText: true,
  defaultOn: false,
  reasons: {
    never_solved: 'No checked answer to the problem is right.',
    too_hard: 'The share of right answers to the problem is not above the bound of the recipe.',
    too_easy: 'The share of right answers to the problem is not below the bound of the recipe.',
  },
  measures: [
    {
      name: 'pass_rate',
      unit: 'share from 0 to 1',
      describe:
        'right ones among the checked first samples of the same arm for the problem, null without any',
      whole: false,
    },
    {
      name: 'pass_rate_low',
      unit: 'share from 0 to 1',
      describe: 'lower end of the Wilson interval of the pass rate at 95 %, null without any',
      whole: false,
    },
    {
      name: 'pass_rate_high',
      unit: 'share from 0 to 1',
      describe: 'upper end of the same interval',
      whole: false,
    },
    {
      name: 'pass_rate_checked',
      unit: 'samples',
      describe: 'the first samples of the same arm for the problem that were found right or wrong',
      whole: true,
    },
  ],
  options: Options,
  numbers: { above: 'more', below: 'fewer', min_checked: 'fewer' },
  arms: ({ arms, also }) => [...(arms ?? []), ...also.flatMap((band) => band.arms)],
  measure(group) {
    const rates = ratesByArm(group)
    return group.samples.map(({ arm }): Measured => {
      const { correct, checked } = rates.get(arm.name)!
      const { low, high } = wilson({ correct, checked })
      return {
        pass_rate: checked === 0 ? null : correct / checked,
        pass_rate_low: checked === 0 ? null : low,
        pass_rate_high: checked === 0 ? null : high,
        pass_rate_checked: checked,
      }
    })
  },
  create: (options) => (group) => {
    const reason = reasonAgainst(group, options)
    return group.samples.map(() => (reason === undefined ? [] : [reason]))
  },
}

function ratesByArm({ samples }: Group): Map<string, Rate> {
  const arms = new Map(samples.map(({ arm }) => [arm.name, arm]))
  return new Map(
    [...arms].map(([name, arm]) => {
      const own = samples
        .filter((sample) => sample.arm.name === name)
        .map(({ trace, verdict }) => ({ sample_index: trace.sample_index, verdict: verdict.verdict }))
      return [name, rateOf(own, firstSamples(arm))]
    }),
  )
}

type Band = Pick<Options, 'above' | 'below' | 'arms'> & { or_equal: boolean }

function reasonAgainst(group: Group, options: Options): string | undefined {
  const rates = ratesByArm(group)
  const { above, below, arms, or_equal } = options
  for (const band of [{ above, below, arms, or_equal }, ...options.also]) {
    const reason = outside(rates, band, options)
    if (reason !== undefined) return reason
  }
  return undefined
}

function outside(
  rates: ReadonlyMap<string, Rate>,
  { above, below, arms, or_equal }: Band,
  { min_checked, by }: Options,
): string | undefined {
  let correct = 0
  let checked = 0
  for (const [arm, rate] of rates) {
    if (arms !== null && !arms.includes(arm)) continue
    correct += rate.correct
    checked += rate.checked
  }
  if (checked < min_checked) return undefined
  const { low, high } = wilson({ correct, checked })
  const rate = by === 'point' ? correct / checked : by === 'lower' ? low : high
  if (or_equal && (rate === above || rate === below)) return undefined
  if (rate <= above) return correct === 0 ? 'never_solved' : 'too_hard'
  return rate >= below ? 'too_easy' : undefined
}
