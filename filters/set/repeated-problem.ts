import { z } from 'zod'
import { hashOf } from '../../schemas/canonical.ts'
import type { Remembered, ProblemSetFilter } from '../set-filter.ts'
import type { Finding } from '../filter.ts'

const Options = z.strictObject({})

/**
 * Exact duplicates: problems with the same id, which is a hash of their normalised content. The first one in the source
 * stays, with its answer; a repetition with another answer has a reason of its own, because one of
 * the two answers is wrong.
 */
export const repeatedProblem: ProblemSetFilter<z.infer<typeof Options>, string> = {
  name: 'repeated-problem',
  version: '1',
  source: 'equal up to Unicode form and white space; OpenThoughts3, s1',
  rules: ['D1'],
  scope: 'set',
  of: 'problem',
  defaultOn: true,
  setBy: null,
  reasons: {
    duplicate_problem: 'The same problem stands earlier in the source.',
    conflicting_answers: 'The same problem stands earlier in the source with another answer.',
  },
  options: Options,
  create: () => ({
    key: ({ problem }) => problem.id,
    remember: ({ problem }) => hashOf(problem.answers),
    decide: ([first, ...later]) => [undefined, ...later.map((one) => against(one, first!))],
  }),
}

function against(later: Remembered<string>, first: Remembered<string>): Finding {
  const message = `the same problem stands at ${first.position}`
  return later.memory === first.memory
    ? { reason: 'duplicate_problem', message }
    : { reason: 'conflicting_answers', message: `${message} with another answer` }
}
