import type { Database, QueryRow } from '../../store/duckdb/open.ts'
import { wilson } from '../../verifiers/wilson.ts'

/** Normal quantile of a two-sided interval of 95 %. */
export const z95 = 1.959963984540054

/** A mean over answers with the ends of its 95 % interval; `null` where it cannot be told. */
export type Estimate = { n: number; mean: number | null; low: number | null; high: number | null }

type Question = {
  /** A view with a column `problem`. */
  from: string
  /** What is averaged; rows where it is null do not count. */
  value: string
  /** Columns to tell it by. */
  by: readonly string[]
  where?: string
}

/**
 * Means with intervals that hold although the answers to one problem resemble each other: a mean is the ratio of two sums
 * over problems, and its variance that of a ratio estimator over clusters (Cochran, Sampling Techniques, 3rd ed., 1977,
 * section 9A). With one cluster there is no interval.
 *
 * @returns for every group its columns, `n` answers, `problems`, `mean`, and `se`, the standard error
 */
export async function clusteredMeans(
  db: Database,
  { from, value, by, where = 'true' }: Question,
): Promise<QueryRow[]> {
  const own = by.join(', ')
  return db.rows(`WITH clusters AS (
      SELECT ${own}, problem, sum((${value})::DOUBLE) AS y, count(${value})::DOUBLE AS m
      FROM ${from} WHERE (${where}) AND (${value}) IS NOT NULL GROUP BY ${own}, problem),
    sums AS (SELECT ${own}, count(*) AS problems, sum(m) AS n, sum(y) / sum(m) AS mean,
      sum(y * y) AS yy, sum(y * m) AS ym, sum(m * m) AS mm FROM clusters GROUP BY ${own})
    SELECT ${own}, n, problems, mean, CASE WHEN problems > 1 THEN
      sqrt(problems / (problems - 1) * greatest(0, yy - 2 * mean * ym + mean * mean * mm)) / n END AS se
    FROM sums ORDER BY ${own}`)
}

/** The mean of a row of `clusteredMeans` as an estimate. */
export function meanOf({ n, mean, se }: QueryRow): Estimate {
  const [middle, error] = [number(mean), number(se)]
  const half = error === null ? null : z95 * error
  return {
    n: number(n) ?? 0,
    mean: middle,
    low: middle === null || half === null ? null : middle - half,
    high: middle === null || half === null ? null : middle + half,
  }
}

/**
 * The same for a share from 0 to 1. Where all answers say the same the variance is nothing and the interval of Wilson over
 * the problems stands in for it.
 */
export function shareOf(row: QueryRow): Estimate {
  const { n, mean, low, high } = meanOf(row)
  if (mean === 0 || mean === 1) {
    const problems = number(row['problems']) ?? 0
    const bounds = wilson(mean * problems, problems)
    return { n, mean, low: bounds?.low ?? null, high: bounds?.high ?? null }
  }
  return {
    n,
    mean,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.min(1, high),
  }
}

function number(value: QueryRow[string] | undefined): number | null {
  return typeof value === 'number' ? value : null
}
