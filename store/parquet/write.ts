import type { z } from 'zod'
import { arrowSchema, type RowSchema } from './columns.ts'
import { publishFile } from '../files/atomic.ts'
import { readBack } from './read-back.ts'
import { openParquet } from './row-writer.ts'
import type { ParquetFileOptions, WrittenParquet } from './row-writer.ts'

type WriteParquetOptions<S extends RowSchema> = ParquetFileOptions<S> & {
  rows: Iterable<z.input<S>> | AsyncIterable<z.input<S>>
  replace?: boolean
  /** Is asked when everything is on disk under a temporary name; if it throws, the file does not get its own. */
  decide?: (temporary: string) => Promise<void>
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
    async check(temporary) {
      await readBack(temporary, options.path, arrowSchema(options.schema), written!)
      await options.decide?.(temporary)
    },
  })
  return written!
}
