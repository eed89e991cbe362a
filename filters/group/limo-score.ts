import { z } from 'zod'
import type { GroupFilter } from '../filter.ts'

/** LIMO's weights of length and of the three kinds of words. */
const weights = {
  tokens: 0.3,
  verification_words: 0.2,
  tentative_words: 0.25,
  connective_words: 0.25,
} as const

const Options = z.strictObject({
  best: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('most traces of an arm and problem that stay, the best by score; null for all'),
})

/**
 * LIMO's score of a trace (arXiv 2502.03387): 30 % length, 20 % words of verification, 25 % tentative ones, 25 %
 * connectives, each normalised by length. The paper publishes the weights and examples of the words; that each part is
 * divided by the largest of the samples of the same problem is our own. Ties are broken by the order of the samples.
 */
export const limoScore: GroupFilter<z.infer<typeof Options>> = {
  name: 'limo-score',
  version: '1',
  source: 'LIMO (arXiv 2502.03387): weights; scaling own',
  rules: ['S12'],
  scope: 'group',
  readsNoText: true,
  defaultOn: false,
  reasons: { lower_limo_score: 'As many traces of the arm and problem as wanted have a better score.' },
  measures: [
    {
      name: 'limo_score',
      unit: 'share from 0 to 1',
      describe: "LIMO's score beside the other samples of the problem, null without English reasoning",
      whole: false,
    },
  ],
  options: Options,
  numbers: { best: 'fewer' },
  measure({ samples }) {
    const parts = samples.map(({ trace, measures }) => ({ ...measures, tokens: trace.reasoning_tokens }))
    const names = Object.keys(weights) as (keyof typeof weights)[]
    const most = new Map(names.map((name) => [name, Math.max(...parts.map((part) => valueOf(part, name)))]))
    return parts.map((part) => {
      if ((part as Record<string, number | null>)['verification_words'] == null) return { limo_score: null }
      const score = names.reduce(
        (sum, name) => sum + (most.get(name) ? weights[name] * (valueOf(part, name) / most.get(name)!) : 0),
        0,
      )
      return { limo_score: Math.round(score * 1e6) / 1e6 }
    })
  },
  create:
    ({ best }) =>
    ({ samples }, measured) => {
      if (best === null) return samples.map(() => [])
      const scored = samples.map(({ arm, reasons }, index) => ({
        index,
        arm: arm.name,
        score: reasons.length === 0 ? (measured[index]!['limo_score'] ?? null) : null,
      }))
      const stay = new Set<number>()
      for (const own of Map.groupBy(scored, ({ arm }) => arm).values())
        for (const { index } of own
          .filter(({ score }) => score !== null)
          .toSorted((a, b) => b.score! - a.score! || a.index - b.index)
          .slice(0, best))
          stay.add(index)
      return scored.map(({ index, score }) => (score === null || stay.has(index) ? [] : ['lower_limo_score']))
    },
}

function valueOf(part: Readonly<Record<string, number | null>>, name: string): number {
  return part[name] ?? 0
}
