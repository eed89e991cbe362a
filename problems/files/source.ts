import type { Readable } from 'node:stream'
import { readCsv } from './csv.ts'
import { type InputFile, resolveFiles } from './files.ts'
import { readJsonl } from './jsonl.ts'
import { mapProblem } from '../mapping/map-problem.ts'
import type { ProblemsFiles } from '../mapping/options.ts'
import { readParquet } from './parquet.ts'
import { type BadRow, isBadRow, type PlacedProblem, type RawRow } from './rows.ts'

/** Where paths are looked for and what `-` reads. */
export type InputContext = { stdin: Readable; cwd: string }

/**
 * The problems of a recipe's files, in the order of the files and their rows, and a bad row for each row that is none.
 * Throws a UsageError before anything is read when a file is missing, a RunError when one cannot be read.
 */
export async function* readProblems(
  options: Pick<ProblemsFiles, 'files' | 'format' | 'limit' | 'fields' | 'defaults' | 'missing_answer'>,
  context: InputContext,
): AsyncGenerator<PlacedProblem | BadRow> {
  yield* mapRows(readRows(options, context), options)
}

/** The problems of rows, wherever they come from. */
export async function* mapRows(
  rows: AsyncIterable<RawRow | BadRow>,
  options: Pick<ProblemsFiles, 'fields' | 'defaults' | 'missing_answer'>,
): AsyncGenerator<PlacedProblem | BadRow> {
  for await (const row of rows) {
    if (isBadRow(row)) yield row
    else {
      const problem = mapProblem(row, options.fields, options.defaults, options.missing_answer)
      yield isBadRow(problem) ? problem : { position: row.position, problem }
    }
  }
}

/** The rows behind `readProblems`, as they stand in the files. Holds one row at a time. */
export async function* readRows(
  options: Pick<ProblemsFiles, 'files' | 'format' | 'limit'>,
  { stdin, cwd }: InputContext,
): AsyncGenerator<RawRow | BadRow> {
  const patterns = typeof options.files === 'string' ? [options.files] : options.files
  let left = options.limit ?? Infinity
  for (const file of await resolveFiles(patterns, options.format, cwd)) {
    for await (const row of readFile(file, stdin)) {
      yield row
      left -= 1
      if (left === 0) return
    }
  }
}

function readFile(file: InputFile, stdin: Readable): AsyncGenerator<RawRow | BadRow> {
  if (file.format === 'csv') return readCsv(file, stdin)
  return file.format === 'parquet' ? readParquet(file) : readJsonl(file, stdin)
}
