import { traceRow, type TraceRow } from './rows.ts'

/** Far above every number of a row that is in a file from the start. */
const newRows = 1_000_000

/** What people do to a dataset between two uploads, each to one row in a hundred. */
export const edits: Record<string, (rows: readonly TraceRow[]) => TraceRow[]> = {
  append: (rows) => [...rows, ...made(hundredth(rows))],
  'delete one block': (rows) => rows.toSpliced(Math.floor(rows.length * 0.4), hundredth(rows)),
  'insert, scattered': (rows) =>
    rows.flatMap((row, at) => (isChosen(at) ? [row, traceRow(newRows + at)] : [row])),
  'delete, scattered': (rows) => rows.filter((_row, at) => !isChosen(at)),
  'edit, scattered': (rows) =>
    rows.map((row, at) =>
      isChosen(at) ? { ...row, reasoning: `So. ${row.reasoning}`, answer: `${row.answer} So it is.` } : row,
    ),
  'flip a flag, scattered': (rows) =>
    rows.map((row, at) => (isChosen(at) ? { ...row, correct: row.correct !== true } : row)),
}

function made(count: number): TraceRow[] {
  return Array.from({ length: count }, (_, index) => traceRow(newRows + index))
}

function hundredth(rows: readonly TraceRow[]): number {
  return Math.round(rows.length / 100)
}

/** One of every hundred rows, not at equal distances. */
function isChosen(at: number): boolean {
  return at % 100 === (Math.floor(at / 100) * 37) % 100
}
