import { z } from 'zod'
import type { Group, GroupFilter } from '../filter.ts'

const Options = z
  .strictObject({
    min: z
      .number()
      .nonnegative()
      .default(0)
      .describe('least ratio of a thinking trace to the direct answers'),
    max: z.number().positive().nullable().default(null).describe('greatest ratio, null for no limit'),
  })
  .refine(({ min, max }) => max === null || min < max, { message: '`min` must be less than `max`' })

/**
 * How long a trace is beside others of its problem: beside the shortest right one of its arm, and beside the direct
 * answers. arXiv 2509.22193 has traces of 5 to 20 times their direct answers; OmniThought's verbosity needs a judge. The
 * definitions are our own, and without options the filter only measures.
 */
export const verbosity: GroupFilter<z.infer<typeof Options>> = {
  name: 'verbosity',
  version: '1',
  source: 'definitions own; arXiv 2509.22193 has ratios of 5 to 20',
  scope: 'group',
  readsNoText: true,
  defaultOn: true,
  reasons: {
    ratio_too_low: 'The thinking trace is too short beside the direct answers to its problem.',
    ratio_too_high: 'The thinking trace is too long beside the direct answers to its problem.',
  },
  measures: [
    {
      name: 'verbosity',
      unit: 'ratio',
      describe: 'tokens beside those of the shortest right trace of the same arm, null without one',
      whole: false,
    },
    {
      name: 'length_ratio',
      unit: 'ratio',
      describe: 'tokens of a thinking trace beside the median of the direct answers, null without any',
      whole: false,
    },
  ],
  options: Options,
  numbers: { min: 'more', max: 'fewer' },
  measure({ samples }) {
    const direct = medianOf(samples.filter(({ arm }) => arm.mode === 'non_thinking').map(tokensOf))
    return samples.map((sample) => {
      const right = samples.filter(
        ({ arm, verdict }) => arm.name === sample.arm.name && verdict.verdict === 'correct',
      )
      const shortest = Math.min(...right.map(tokensOf))
      const tokens = tokensOf(sample)
      return {
        verbosity: right.length === 0 || shortest === 0 ? null : rounded(tokens / shortest),
        length_ratio:
          sample.arm.mode === 'thinking' && direct !== undefined && direct > 0
            ? rounded(tokens / direct)
            : null,
      }
    })
  },
  create:
    ({ min, max }) =>
    (_, measured) =>
      measured.map((values) => {
        const ratio = values['length_ratio'] ?? null
        if (ratio === null) return []
        if (ratio < min) return ['ratio_too_low']
        return max !== null && ratio > max ? ['ratio_too_high'] : []
      }),
}

type GroupSample = Group['samples'][number]

function tokensOf({ trace }: GroupSample): number {
  return trace.reasoning_tokens + trace.answer_tokens
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}

function rounded(ratio: number): number {
  return Math.round(ratio * 1000) / 1000
}
