import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * References that are a word for "there is none". Among the options of a choice problem such a word is an answer like any
 * other, and its reference is a letter.
 */
export const goldSentinel: ProblemFilter<z.infer<typeof Options>> = {
  name: 'gold-sentinel',
  version: '1',
  source: 'NuminaMath, OpenMathReasoning',
  rules: ['A1'],
  scope: 'problem',
  defaultOn: true,
  setBy: 'problems.missing_answer',
  reasons: { sentinel_answer: 'The reference answer is a word for "there is none".' },
  options: Options,
  verifies: false,
  summary: 'have a word for "there is none" as their reference answer',
  create: () => (problems) =>
    problems.map(({ problem }) => {
      const sentinel = problem.answers.find((answer) => sentinels.has(answer.toLowerCase()))
      if (sentinel === undefined) return undefined
      return {
        reason: 'sentinel_answer',
        message: `the answer is ${quoted(sentinel)}, a word for "there is none"; remove the row or give its answer`,
      }
    }),
}

/** How sources spell "there is no answer" (NuminaMath, OpenMathReasoning, tables written by pandas). */
const sentinels = new Set([
  '',
  'proof',
  'notfound',
  'not found',
  'n/a',
  'see solution',
  'null',
  'nan',
  'none',
  '-',
])
