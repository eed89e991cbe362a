import type { VerdictValue } from '../../schemas/verdict.ts'

/** How many samples were checked and how many of them are right. */
export type Rate = { correct: number; checked: number }

/**
 * How many samples of an arm for a problem were checked and how many of them are right, counted over the first `first`
 * samples alone. Adaptive sampling stops at a right answer, so that the share of right ones among all samples is too
 * high where it stopped early; the first samples were asked for whatever came, and their share is unbiased.
 */
export function rateOf(
  samples: readonly { sample_index: number; verdict: VerdictValue }[],
  first: number,
): Rate {
  const verdicts = samples.filter((sample) => sample.sample_index < first).map((sample) => sample.verdict)
  const correct = verdicts.filter((verdict) => verdict === 'correct').length
  return { correct, checked: correct + verdicts.filter((verdict) => verdict === 'incorrect').length }
}
