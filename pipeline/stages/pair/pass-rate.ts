import type { PairMember } from '../../../schemas/pair.ts'
import type { Candidate } from './select-trace.ts'

/**
 * How many samples of a problem were checked and how many of them are right, counted over the first `first` samples alone.
 * Adaptive sampling stops at a right answer, so that the share of right ones among all samples is too high where it
 * stopped early; the first samples were asked for whatever came, and their share is unbiased.
 */
export function passRate(
  candidates: readonly Pick<Candidate, 'sample_index' | 'verdict'>[],
  first: number,
): Pick<PairMember, 'correct' | 'checked'> {
  const verdicts = candidates
    .filter((candidate) => candidate.sample_index < first)
    .map((candidate) => candidate.verdict)
  const correct = verdicts.filter((verdict) => verdict === 'correct').length
  return { correct, checked: correct + verdicts.filter((verdict) => verdict === 'incorrect').length }
}
