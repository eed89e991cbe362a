import { hashOf } from '../../schemas/canonical.ts'
import { divide } from '../../schemas/divide.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { RowNote } from './export.ts'

/** The note of a row that has the columns of a sample. */
export function noteOfSample(row: Row): RowNote {
  return {
    pair_id: String(row['pair_id']),
    reasons: row['mode'] === 'thinking',
    tokens: Number(row['num_tokens']),
    cell: cellOfRow(row),
  }
}

/** Area and format where the recipe has them found out, else what the source says. */
function cellOfRow({ area, format, domain, task }: Row): string {
  return typeof area === 'string' ? `${area}/${String(format)}` : `${String(domain)} ${String(task)}`
}

/**
 * Problems in an order of which every beginning has its share of every cell: the *k*-th of *n* problems of a cell, drawn
 * by a seed, stands at (k + ½) / n. So the first quarter is a part of the first half, and a share of all problems is the
 * same share of every cell within one problem.
 */
export function nestedOrder(problems: ReadonlyMap<string, string>, seed: number): string[] {
  const drawn = (id: string): string => hashOf({ seed, mix: id })
  const cells = Map.groupBy(problems.keys(), (id) => problems.get(id)!)
  const places = [...cells.values()].flatMap((ids) =>
    ids
      .map((id) => ({ id, draw: drawn(id) }))
      .sort((a, b) => (a.draw < b.draw ? -1 : 1))
      .map(({ id, draw }, index) => ({ id, draw, place: (index + 0.5) / ids.length })),
  )
  return places.sort((a, b) => a.place - b.place || (a.draw < b.draw ? -1 : 1)).map(({ id }) => id)
}

/**
 * As many problems as can be had with these shares of their cells, drawn by a seed; none of other cells.
 *
 * @param weights by cell
 * @returns no problem where a cell that is wanted has none
 */
export function inShares(
  problems: ReadonlyMap<string, string>,
  weights: Readonly<Record<string, number>>,
  seed: number,
): Map<string, string> {
  const ranked = Map.groupBy(nestedOrder(problems, seed), (id) => problems.get(id)!)
  const wanted = new Map(Object.entries(weights))
  const total = [...wanted.values()].reduce((sum, weight) => sum + weight, 0)
  const there = (cell: string): number => ranked.get(cell)?.length ?? 0
  // A few problems of the others would be shares that round a cell to nothing.
  if ([...wanted.keys()].some((cell) => there(cell) === 0)) return new Map()
  let most = Math.min(
    ...[...wanted].map(([cell, weight]) => Math.ceil(((there(cell) + 1) * total) / weight)),
    problems.size,
  )
  // Rounding moves a part by less than one for each cell, so this ends after a few steps.
  let parts = divide(most, wanted)
  while ([...parts].some(([cell, part]) => part > there(cell))) parts = divide(--most, wanted)
  return new Map(
    [...parts].flatMap(([cell, part]) =>
      (ranked.get(cell) ?? []).slice(0, part).map((id) => [id, cell] as const),
    ),
  )
}

/** Row numbers in an order drawn by a seed. */
export function shuffled(rows: readonly number[], notes: readonly RowNote[], seed: number): number[] {
  const drawn = rows.map((row) => {
    const { pair_id, reasons } = notes[row]!
    return { row, draw: hashOf({ seed, order: pair_id, reasons }) }
  })
  return drawn.sort((a, b) => (a.draw < b.draw ? -1 : 1)).map(({ row }) => row)
}
