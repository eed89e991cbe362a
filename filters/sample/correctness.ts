import { z } from 'zod'
import { VerdictValue } from '../../schemas/verdict.ts'
import type { SampleFilter } from '../filter.ts'

const Options = z.strictObject({
  accept: z.array(VerdictValue).min(1).default(['correct']).describe('verdicts that may stay'),
})
type Options = z.infer<typeof Options>

/**
 * Keeps traces whose answer the verifier accepted. Where the verifier could not decide, the trace gets a reason of its own
 * and never counts as wrong. A problem of the task `none` has nothing to check, so this filter drops none of its traces.
 */
export const correctness: SampleFilter<Options> = {
  name: 'correctness',
  version: '1',
  source: 'DeepSeek-R1, OpenR1',
  scope: 'sample',
  readsNoText: true,
  defaultOn: true,
  reasons: {
    incorrect: 'The answer differs from the reference answer.',
    undecided: 'The verifier could not tell whether the answer is right.',
    no_answer: 'The trace has no final answer to check.',
    gold_unparseable: 'The reference answer is missing or cannot be read.',
    verify_timeout: 'Checking the answer took too long and was stopped.',
    verify_error: 'The verifier failed on this answer.',
    correct: 'The answer is right, and the recipe accepts only other verdicts.',
  },
  options: Options,
  create: (options) => {
    const accepted = new Set(options.accept)
    return ({ problem, verdict }) =>
      problem.task === 'none' || accepted.has(verdict.verdict) ? [] : [reasonOf(verdict.verdict)]
  },
}

function reasonOf(verdict: VerdictValue): string {
  return verdict === 'timeout' || verdict === 'error' ? `verify_${verdict}` : verdict
}
