import type { Readable } from 'node:stream'
import type { ProblemFormat } from '../problems-section.ts'
import type { BadRow, RawRow } from '../rows.ts'
import { readCsv } from './csv.ts'
import { type InputFile, resolveFiles } from './files.ts'
import { readJsonl } from './jsonl.ts'
import { readParquet } from './parquet.ts'
import type { ReadOptions } from './read-options.ts'

/** Where paths are looked for and what `-` reads. */
export type InputContext = {
  stdin: Readable
  cwd: string
  /** A file that keeps the digests of the files that were read last. */
  digests?: string
}

/**
 * The rows of the files that paths and patterns name. Throws a UsageError before anything is read when a file is missing,
 * a RunError when one cannot be read.
 */
export async function* readRows(
  options: { files: string | readonly string[]; format: ProblemFormat } & ReadOptions,
  { stdin, cwd }: InputContext,
): AsyncGenerator<RawRow | BadRow> {
  const patterns = typeof options.files === 'string' ? [options.files] : options.files
  yield* readFiles(await resolveFiles(patterns, options.format, cwd), stdin, options)
}

/** The rows of files in their order. Holds a few rows at a time. */
export async function* readFiles(
  files: readonly InputFile[],
  stdin: Readable,
  options: ReadOptions = {},
): AsyncGenerator<RawRow | BadRow> {
  let left = options.limit ?? Infinity
  for (const file of files) {
    for await (const row of readFile(file, stdin, { ...options, limit: left })) {
      yield row
      left -= 1
      if (left === 0) return
    }
  }
}

function readFile(file: InputFile, stdin: Readable, options: ReadOptions): AsyncGenerator<RawRow | BadRow> {
  if (file.format === 'csv') return readCsv(file, stdin, options)
  return file.format === 'parquet' ? readParquet(file, options) : readJsonl(file, stdin, options)
}
