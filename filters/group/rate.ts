import type { VerdictValue } from '../../schemas/verdict.ts'

/** How many samples were checked and how many of them are right. */
export type Rate = { correct: number; checked: number }

/**
 * The Wilson interval of a rate at 95 % (E. B. Wilson, 1927): with few samples the rate itself says little. From 0 to 1
 * where nothing was checked.
 */
export function wilson({ correct, checked }: Rate): { low: number; high: number } {
  if (checked === 0) return { low: 0, high: 1 }
  const z = 1.959964
  const rate = correct / checked
  const scale = 1 + (z * z) / checked
  const middle = (rate + (z * z) / (2 * checked)) / scale
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / checked + (z * z) / (4 * checked * checked))
  return { low: bound(middle - half), high: bound(middle + half) }
}

function bound(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1e6) / 1e6
}

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
