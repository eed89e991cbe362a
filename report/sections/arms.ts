import type { QueryRow } from '../../store/duckdb/open.ts'
import type { ReportArm } from '../run.ts'

/** Rows that there is one of for each arm. */
export function byArm(rows: readonly QueryRow[]): Map<string, QueryRow> {
  return new Map(rows.map((row) => [String(row['arm']), row]))
}

/** Rows of a query in the order of the recipe's arms, those of one arm together. */
export function inArmOrder<Row extends { arm: string }>(
  rows: readonly Row[],
  arms: readonly ReportArm[],
): Row[] {
  const place = new Map(arms.map(({ name }, at) => [name, at]))
  return rows.toSorted((a, b) => (place.get(a.arm) ?? 0) - (place.get(b.arm) ?? 0))
}

/** Two arms that are held against each other: the one that reasons first. */
export type ArmPair = { a: string; b: string }

/** The first arm that thinks, or the first, against each of the others. */
export function armPairs(arms: readonly ReportArm[]): ArmPair[] {
  const first = arms.find(({ mode }) => mode === 'thinking') ?? arms[0]
  return arms.flatMap(({ name }) => (first && name !== first.name ? [{ a: first.name, b: name }] : []))
}
