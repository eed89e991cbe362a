import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Schema } from 'apache-arrow/schema'
import { parquetRead } from 'hyparquet'
import { RunError } from '../../schemas/errors.ts'
import { openColumnDigest } from './column-digest.ts'
import { decompressors } from './decompress.ts'
import { fileBuffer } from './file-buffer.ts'
import { readFooter } from './footer.ts'
import { naming } from './read.ts'
import type { WrittenParquet } from './row-writer.ts'
import { checkSeal } from './seal.ts'

/** Texts stay the bytes of their pages: nothing is made of them but their digest. */
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined) => bytes }

/**
 * Reads a file that was just written, one column of one row group in memory at a time, and compares the values of every
 * column with those that were given, by their digest. No row is made.
 *
 * @param path for the message, where the file has a temporary name
 * @throws RunError when they differ
 */
export async function readBack(
  temporary: string,
  path: string,
  schema: Schema,
  written: Pick<WrittenParquet, 'rows' | 'digest'>,
): Promise<void> {
  const { rows, digest } = await naming(temporary, () => readColumns(temporary, schema))
  if (rows === written.rows && digest === written.digest) return
  throw new RunError(
    `cannot write ${path}: ${rows} rows read back from ${basename(temporary)} differ from the ${written.rows} written; check the disk`,
  )
}

async function readColumns(path: string, schema: Schema): Promise<{ rows: number; digest: string }> {
  const handle = await open(path, 'r')
  try {
    await checkSeal(handle, 'all')
    const file = await fileBuffer(handle)
    const metadata = await readFooter(file)
    const digest = openColumnDigest(schema)
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      for (const { name } of schema.fields)
        await parquetRead({
          file,
          metadata,
          columns: [name],
          rowStart,
          rowEnd,
          compressors: decompressors,
          parsers,
          geoparquet: false,
          onChunk: ({ columnData }) => digest.add(name, columnData),
        })
      rowStart = rowEnd
    }
    return { rows: rowStart, digest: digest.hex() }
  } finally {
    await handle.close()
  }
}
