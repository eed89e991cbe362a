/** A share with the ends of its 95 % confidence interval (Wilson 1927), which holds for shares near one and small counts. */
export type Interval = { share: number; low: number; high: number }

/** Normal quantile of a two-sided interval of 95 %. */
const Z = 1.959_963_984_540_054

/** The interval of `hits` out of `count`; `undefined` for no count. */
export function wilson(hits: number, count: number): Interval | undefined {
  if (count === 0) return undefined
  const share = hits / count
  const square = Z ** 2
  const middle = (share + square / (2 * count)) / (1 + square / count)
  const half =
    (Z / (1 + square / count)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2))
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** `0.9971 (0.9837 to 0.9995)`, or `-` without anything to count. */
export function written(interval: Interval | undefined): string {
  if (interval === undefined) return '-'
  const [share, low, high] = [interval.share, interval.low, interval.high].map((part) => part.toFixed(4))
  return `${share} (${low} to ${high})`
}
