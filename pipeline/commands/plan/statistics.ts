/** What is expected of a sum, and the ends of an interval that holds in nine of ten cases. */
export type Range = { low: number; expected: number; high: number }

/** Normal quantile of a two-sided interval of 90 %. */
const z = 1.644_853_626_951_473

/**
 * Quantile of Student's t for a two-sided interval of 90 %, by the expansion around the normal quantile (Abramowitz and
 * Stegun 26.7.5), which is right to a hundredth from three degrees of freedom on.
 */
export function studentQuantile(freedom: number): number {
  const f = Math.max(1, freedom)
  return (
    z +
    (z ** 3 + z) / (4 * f) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * f ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * f ** 3)
  )
}

/**
 * The sum over a whole population of which some members, drawn at random, are known. Known members count as they are, and
 * what the rest adds up to is uncertain in two ways: the mean is only estimated, and the rest has a mean of its own. The
 * interval is that of the logarithm, because costs and lengths are skewed and never negative.
 *
 * Most of a cost may be in few answers that run to their limit, and a small draw has too few of them, or none: the upper end
 * alone then held in 73 to 88 of 100 draws of 16 to 64 problems, as `npm run bench:plan-coverage` draws them. So it has room for one more such
 * member among the known ones, as an error of its own: with it both ends held in 88 to 96.
 *
 * @param known one figure a member, none negative
 * @param rest how many members are not known
 * @param most what a member may be larger by than it should; 0 where nobody knows
 */
export function sumOfAll(known: readonly number[], rest: number, most = 0): Range {
  const sum = known.reduce((total, value) => total + value, 0)
  if (rest <= 0 || known.length === 0) return { low: sum, expected: sum, high: sum }
  const mean = sum / known.length
  if (mean === 0) return { low: sum, expected: sum, high: sum }
  // One member says nothing of how much members differ: as much as their mean is assumed.
  const relative = known.length > 1 ? relativeVariance(known, mean) : 1
  const both = 1 / known.length + 1 / rest
  const t = studentQuantile(known.length - 1)
  const factor = Math.exp(t * Math.sqrt(Math.log1p(relative * both)))
  const more = rest * mean
  const another = rest * t * most * Math.sqrt(both / known.length)
  return {
    low: sum + more / factor,
    expected: sum + more,
    high: sum + more + Math.hypot(more * (factor - 1), another),
  }
}

/**
 * How many members of a whole population have a property that some members, drawn at random, have or have not. The interval is
 * that of the logit of the share, with half a member added on both sides, so that none and all have ends too.
 */
export function countOfAll(hits: number, known: number, rest: number): Range {
  if (rest <= 0 || known === 0) return { low: hits, expected: hits, high: hits }
  const share = (hits + 0.5) / (known + 1)
  const logit = Math.log(share / (1 - share))
  const deviation = Math.sqrt((1 / known + 1 / rest) / (share * (1 - share)))
  const at = (sign: number): number => {
    const end = 1 / (1 + Math.exp(-(logit + sign * studentQuantile(known - 1) * deviation)))
    return hits + rest * end
  }
  return { low: at(-1), expected: hits + (rest * hits) / known, high: at(1) }
}

/**
 * The ends between which nine of ten draws lie, and the middle one: what a few problems were drawn for may be off by any
 * factor, so that the mean of all draws has no bound, and room for what the pilot has not seen moves the upper end alone.
 */
export function rangeOfDraws(draws: readonly number[]): Range {
  const sorted = draws.toSorted((a, b) => a - b)
  const at = (share: number): number => Math.round(share * (sorted.length - 1))
  return { low: sorted[at(0.05)] ?? 0, expected: sorted[at(0.5)] ?? 0, high: sorted[at(0.95)] ?? 0 }
}

/** The variance of one member, in squares of the mean. */
function relativeVariance(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value / mean - 1) ** 2, 0) / (values.length - 1)
}

/**
 * The factor by which the mean of some values may be off, at so many standard deviations of its logarithm: upwards with room for
 * one more value, as in `sumOfAll`.
 *
 * @param most what a value may be larger by than it should
 */
export function meanFactor(values: readonly number[], deviations: number, most = 0): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (mean === 0) return 1
  const relative = values.length > 1 ? relativeVariance(values, mean) : 1
  const factor = Math.exp(deviations * Math.sqrt(Math.log1p(relative / values.length)))
  if (deviations <= 0) return factor
  return 1 + Math.hypot(factor - 1, (deviations * most) / (mean * values.length))
}
