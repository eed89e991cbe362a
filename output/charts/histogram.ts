/** How often each value occurs: a chart's data in a size that does not grow with the number of rows. */
export type Occurrences = ReadonlyMap<number, number>

/** A bar of a histogram: values from `from`, included, to `to`. */
export type Bar = { from: number; to: number; count: number; share: number }

/**
 * Bars of equal width on a logarithmic axis, of which there are `perDoubling` for each doubling of the value. Empty
 * ones are left out.
 */
export function logarithmicBars(occurrences: Occurrences, perDoubling: number): Bar[] {
  return barsOf(
    occurrences,
    (value) => Math.floor(Math.log2(Math.max(value, 1e-9)) * perDoubling + 1e-9),
    (index) => 2 ** (index / perDoubling),
  )
}

/** Bars around whole multiples of a step, each a step wide. Empty ones are left out. */
export function centredBars(occurrences: Occurrences, step: number): Bar[] {
  return barsOf(
    occurrences,
    (value) => Math.round(value / step),
    (index) => (index - 0.5) * step,
  )
}

function barsOf(
  occurrences: Occurrences,
  indexOf: (value: number) => number,
  startOf: (index: number) => number,
): Bar[] {
  const total = totalOf(occurrences)
  const counts = new Map<number, number>()
  for (const [value, count] of occurrences) {
    const index = indexOf(value)
    counts.set(index, (counts.get(index) ?? 0) + count)
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => ({
      from: startOf(index),
      to: startOf(index + 1),
      count,
      share: count / total,
    }))
}

export function totalOf(occurrences: Occurrences): number {
  return occurrences.values().reduce((sum, count) => sum + count, 0)
}

/** The smallest value that at least half of all values do not exceed; `undefined` of none. */
export function medianOf(occurrences: Occurrences): number | undefined {
  const half = totalOf(occurrences) / 2
  let seen = 0
  for (const [value, count] of [...occurrences].sort(([a], [b]) => a - b)) {
    seen += count
    if (seen >= half) return value
  }
  return undefined
}
