import { basename } from 'node:path'
import type { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import type { RowSchema } from './columns.ts'
import { publishFile } from '../files/atomic.ts'
import { readParquetRows } from './read.ts'
import { openParquet } from './row-writer.ts'
import type { ParquetFileOptions, WrittenParquet } from './row-writer.ts'
import { rowDigest } from './rows.ts'

type WriteParquetOptions<S extends RowSchema> = ParquetFileOptions<S> & {
  rows: Iterable<z.input<S>> | AsyncIterable<z.input<S>>
  replace?: boolean
}

/** Writes rows to a Parquet file with `openParquet` and reads the file back before it gets its name (`publishFile`). */
export async function writeParquet<S extends RowSchema>(
  options: WriteParquetOptions<S>,
): Promise<WrittenParquet> {
  let written: WrittenParquet | undefined
  await publishFile(options.path, {
    replace: options.replace ?? false,
    write: async (handle) => {
      const file = openParquet(handle, options)
      for await (const row of options.rows) await file.add(row)
      written = await file.finish()
    },
    check: (temporary) => readBack(temporary, options.path, written!),
  })
  return written!
}

/**
 * Reads a file that was just written and compares its rows with those that were given.
 *
 * @param path for the message, where the file has a temporary name
 * @throws RunError when they differ
 */
export async function readBack(temporary: string, path: string, written: WrittenParquet): Promise<void> {
  const digest = rowDigest()
  let rows = 0
  for await (const row of readParquetRows(temporary, { isOwn: true })) {
    digest.add(row)
    rows += 1
  }
  if (rows === written.rows && digest.hex() === written.digest) return
  throw new RunError(
    `cannot write ${path}: ${rows} rows read back from ${basename(temporary)} differ from the ${written.rows} written; check the disk`,
  )
}
