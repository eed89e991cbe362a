import type { AdaptiveSampling } from '../../../schemas/arm.ts'
import type { SamplingReason } from '../../../schemas/reasons.ts'

/** How many samples a problem is to have as far as is known; `ended` says why no more, `undefined` while there may be. */
export type SamplesWanted = { samples: number; ended?: Exclude<SamplingReason, 'unchecked' | 'interrupted'> }

/**
 * The rule of adaptive sampling. It looks at the answers in the order of their index and only where a round ends, so the
 * number depends on the answers and not on how many happen to be there.
 *
 * @param correct whether each sample is right and complete, by index; more than the rule takes are not looked at
 */
export function samplesWanted(rule: AdaptiveSampling, correct: readonly boolean[]): SamplesWanted {
  for (let samples = rule.min; ; samples = Math.min(rule.max, samples + rule.step)) {
    if (correct.length < samples) return { samples }
    const right = correct.slice(0, samples).filter(Boolean).length
    if (right >= rule.correct) return { samples, ended: 'enough' }
    if (samples >= rule.max) return { samples, ended: 'max' }
    if (rule.give_up && samples >= rule.give_up.after && right <= rule.give_up.correct)
      return { samples, ended: 'given_up' }
  }
}
