import type { Problem } from '../schemas/problem.ts'
import type { RowReason } from '../schemas/reasons.ts'

/** A row as it was read, with its place for messages. */
export type RawRow = {
  row: Record<string, unknown>
  /** `problems.jsonl:7` or `problems.parquet row 12`, counted from 1. */
  position: string
  /** The file's name without folders and extensions; `stdin` for standard input. */
  file: string
  /** The number in `position`. */
  number: number
}

/** A row that is no problem; `position: message` is one line for the person who has to mend it. */
export type BadRow = { position: string; reason: RowReason; message: string }

/** A problem with the place it came from. */
export type PlacedProblem = {
  position: string
  problem: Problem
  /** What the columns by which sources judge their rows say, of those that the row has. */
  validity?: Readonly<Record<string, string>>
}

/** Columns in which sources say whether a row is valid (NuminaMath-1.5). */
export const validityColumns = ['problem_is_valid', 'solution_is_valid'] as const

/** Columns in which the usual sets of programming problems have their tests. */
export const testColumns = [
  'tests',
  'test',
  'test_list',
  'input_output',
  'public_test_cases',
  'private_test_cases',
] as const

export function isBadRow(row: object): row is BadRow {
  return 'reason' in row
}

/** The names of a row's columns for a message, on one line, the first twelve. */
export function columnNames(row: RawRow['row']): string {
  const names = Object.keys(row)
  const shown = names.slice(0, 12).map((name) => name.replace(/\s+/g, ' '))
  if (names.length > shown.length) shown.push(`and ${names.length - shown.length} more`)
  return shown.length === 0 ? 'no columns' : shown.join(', ')
}
