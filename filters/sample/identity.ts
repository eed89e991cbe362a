import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { findIdentity, findReference, possibleLeaks, promptGivesAnswer } from '../text/leaks.ts'
import { isRefusal } from '../text/refusal.ts'

const Options = z.strictObject({
  identity: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe('text in which the teacher speaks of itself or its maker'),
  reference: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe('talk of a reference answer that was not given'),
  refusal: z.enum(['drop', 'keep']).default('drop').describe('an answer that opens by declining'),
})
type Options = z.infer<typeof Options>

/**
 * Text that a student must not learn: who the teacher is (user reports on nvidia/Nemotron-Post-Training-Dataset-v1), a
 * refusal in the place of an answer, and talk of a reference answer. The patterns are few and strict, in English and
 * Chinese; what the prompt itself mentions is never a reason against a trace.
 */
export const identity: SampleFilter<Options> = {
  name: 'identity',
  version: '3',
  source: 'Nemotron-Post-Training-Dataset-v1 reports; reference talk own',
  rules: ['T16', 'T17'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    identity_leak: 'The teacher speaks of itself or of its maker.',
    refusal_text: 'The answer opens by declining.',
    reference_leak: 'The text speaks of a reference answer that was not given.',
  },
  options: Options,
  create: (options) => {
    return ({ problem, trace }) => {
      const texts = [trace.reasoning, trace.answer].map((text) => ({ text, possible: possibleLeaks(text) }))
      const reasons: string[] = []
      if (
        options.identity === 'drop' &&
        texts.some(({ text, possible }) => findIdentity(text, problem.prompt, possible) !== undefined)
      ) {
        reasons.push('identity_leak')
      }
      if (options.refusal === 'drop' && isRefusal(trace.answer)) reasons.push('refusal_text')
      if (options.reference === 'drop' && !promptGivesAnswer(problem.prompt)) {
        if (texts.some(({ text, possible }) => findReference(text, possible) !== undefined))
          reasons.push('reference_leak')
      }
      return reasons
    }
  },
}
