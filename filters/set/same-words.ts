import { z } from 'zod'
import type { ProblemSetFilter } from '../set-filter.ts'
import { comparableWords } from '../text/comparable.ts'

const Options = z.strictObject({})

/**
 * Exact duplicates under another layout: the same words, numbers and signs in the same order, whatever the case, the
 * punctuation, the spacing of formulas and a number in front (OpenThoughts3 and s1 fold case and white space; the rest is
 * our own). The first one in the source stays. Ids fold white space and Unicode form only.
 */
export const sameWords: ProblemSetFilter<z.infer<typeof Options>, null> = {
  name: 'same-words',
  version: '1',
  source: 'OpenThoughts3, s1 for case and white space; the rest own',
  rules: ['D1'],
  scope: 'set',
  of: 'problem',
  defaultOn: false,
  reasons: { same_words: 'The same words stand earlier in the source in another layout.' },
  options: Options,
  create: () => ({
    key({ problem }) {
      const words = comparableWords([problem.prompt, ...problem.choices].join('\n'))
      return words.length === 0 ? undefined : words.join(' ')
    },
    remember: () => null,
    decide: ([first, ...later]) => [
      undefined,
      ...later.map(() => ({
        reason: 'same_words',
        message: `the same words stand at ${first!.position}`,
        facts: { other: first!.problem },
      })),
    ],
  }),
}
