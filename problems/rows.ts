import type { Problem } from '../schemas/problem.ts'

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
export type BadRow = { position: string; reason: BadRowReason; message: string }

/** A problem with the place it came from. */
export type PlacedProblem = { position: string; problem: Problem }

export const badRowReasons = {
  bad_json: 'The line is not valid JSON in UTF-8.',
  bad_row: 'The line or record is not a row with named columns.',
  line_too_long: 'The line is longer than a row may be.',
  bad_text: 'A text holds half a character (a lone surrogate), which no UTF-8 file can store.',
  missing_prompt: 'There is no prompt.',
  bad_prompt: 'The prompt is neither text nor one user message.',
  missing_answer: 'There is no reference answer.',
  bad_answer: 'The reference answer is neither text, number, boolean nor a list of those.',
  bad_choices: 'The options cannot be read.',
  answer_not_a_choice: 'The reference answer is none of the options.',
  ambiguous_answer: 'The reference answer may be read as two different options.',
  bad_task: 'The task is unknown.',
} as const
export type BadRowReason = keyof typeof badRowReasons

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
