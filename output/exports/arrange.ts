import { hashOf } from '../../schemas/canonical.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { RowNote } from './export.ts'

/** The note of a row that has the columns of a sample. */
export function noteOfSample(row: Row): RowNote {
  return {
    pair_id: String(row['pair_id']),
    reasons: row['mode'] === 'thinking',
    tokens: Number(row['num_tokens']),
    cell: `${String(row['domain'])} ${String(row['task'])}`,
  }
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

/** Row numbers in an order drawn by a seed. */
export function shuffled(rows: readonly number[], notes: readonly RowNote[], seed: number): number[] {
  const drawn = rows.map((row) => {
    const { pair_id, reasons } = notes[row]!
    return { row, draw: hashOf({ seed, order: pair_id, reasons }) }
  })
  return drawn.sort((a, b) => (a.draw < b.draw ? -1 : 1)).map(({ row }) => row)
}
