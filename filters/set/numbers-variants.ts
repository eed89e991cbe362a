import { z } from 'zod'
import type { ProblemSetFilter } from '../set-filter.ts'
import { comparableWords } from '../text/comparable.ts'

const Options = z.strictObject({
  policy: z
    .enum(['report', 'drop'])
    .default('report')
    .describe('whether such problems are counted and stay, or all beyond `most` are left out'),
  most: z.int().positive().default(1).describe('problems of one template that stay'),
})

/**
 * Problems that differ in their numbers only, as a template makes them. They are different problems with different
 * answers, never duplicates, so they are reported, and left out only where a recipe wants fewer of one kind; Light-R1 (arXiv 2503.10460) strips digits against
 * benchmarks only. The first ones by id stay, so the order of the source does not matter.
 */
export const numbersVariants: ProblemSetFilter<z.infer<typeof Options>, null> = {
  name: 'numbers-variants',
  version: '2',
  source: 'Light-R1 (arXiv 2503.10460) against benchmarks only; own number',
  rules: ['D2'],
  scope: 'set',
  of: 'problem',
  defaultOn: false,
  reasons: { numbers_variant: 'As many problems as wanted differ from this one in their numbers only.' },
  options: Options,
  numbers: { most: 'fewer' },
  create: ({ policy, most }) => ({
    key({ problem }) {
      const words = comparableWords([problem.prompt, ...problem.choices].join('\n'))
      const wordsAlone = words.filter((word) => /\p{L}/u.test(word))
      return wordsAlone.length < 3 ? undefined : wordsAlone.join(' ')
    },
    remember: () => null,
    decide(same) {
      const stay = new Set(same.toSorted((a, b) => (a.problem < b.problem ? -1 : 1)).slice(0, most))
      const [first] = stay
      return same.map((one) =>
        stay.has(one)
          ? undefined
          : {
              reason: 'numbers_variant',
              message: `it differs from the problem at ${first!.position} in its numbers only`,
              facts: { other: first!.problem },
              ...(policy === 'report' && { stays: true as const }),
            },
      )
    },
  }),
}
