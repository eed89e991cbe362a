/** A count for every distinct value; only as large as there are distinct values. */
export type Tally = Map<string, number>

export function addTo(tally: Tally, value: string): void {
  tally.set(value, (tally.get(value) ?? 0) + 1)
}

/** Entries by falling count, then by name. */
export function ranked(tally: Tally): [value: string, count: number][] {
  return [...tally].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}

/** Exact order statistics of whole numbers, kept as a count for each number instead of the numbers. */
export type Lengths = { total: number; median: number; p95: number; max: number }

export function lengthsOf(counts: ReadonlyMap<number, number>): Lengths {
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const size = sorted.reduce((sum, [, count]) => sum + count, 0)
  // The nearest rank: the smallest value that at least this share of all values does not exceed.
  const quantile = (fraction: number): number => {
    let seen = 0
    for (const [value, count] of sorted) {
      seen += count
      if (seen >= fraction * size) return value
    }
    return 0
  }
  return {
    total: sorted.reduce((sum, [value, count]) => sum + value * count, 0),
    median: quantile(0.5),
    p95: quantile(0.95),
    max: sorted.at(-1)?.[0] ?? 0,
  }
}
