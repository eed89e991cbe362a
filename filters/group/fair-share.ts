import { z } from 'zod'
import { sha256 } from '../../schemas/canonical.ts'
import type { GroupFilter } from '../filter.ts'

const Options = z.strictObject({
  most: z.int().positive().default(4).describe('most traces of one arm for one problem that stay'),
  by: z
    .enum(['hash', 'shortest'])
    .default('hash')
    .describe('which stay: by lot, the same in every run, or the shortest'),
})

/**
 * At most so many traces of one arm for one problem, so that problems that are solved often do not fill the set (fair
 * down-sampling as in NeMo-Skills; OpenThoughts3 takes up to 16). Only traces that no filter of single answers speaks against count.
 */
export const fairShare: GroupFilter<z.infer<typeof Options>> = {
  name: 'fair-share',
  version: '1',
  source: 'NeMo-Skills; 4 own number (OpenThoughts3: 16)',
  rules: ['S4'],
  scope: 'group',
  readsNoText: true,
  defaultOn: false,
  reasons: { beyond_share: 'As many traces of the arm and problem as wanted stay already.' },
  options: Options,
  numbers: { most: 'fewer' },
  create:
    ({ most, by }) =>
    ({ samples }) => {
      const places = samples.map(({ arm, trace, reasons }, index) => ({
        index,
        arm: arm.name,
        counts: reasons.length === 0,
        order: by === 'hash' ? sha256(trace.key) : '',
        tokens: by === 'shortest' ? trace.reasoning_tokens + trace.answer_tokens : 0,
      }))
      const beyond = new Set<number>()
      for (const own of Map.groupBy(places, ({ arm }) => arm).values())
        for (const { index } of own
          .filter(({ counts }) => counts)
          .toSorted((a, b) => a.tokens - b.tokens || (a.order < b.order ? -1 : 1))
          .slice(most))
          beyond.add(index)
      return samples.map((_, index) => (beyond.has(index) ? ['beyond_share'] : []))
    },
}
