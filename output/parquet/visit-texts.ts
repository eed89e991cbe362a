import { open } from 'node:fs/promises'
import { parquetRead } from 'hyparquet'
import { decompressors } from './decompress.ts'
import { fileBuffer, naming, readFooter } from './read.ts'

/**
 * Shows every text and byte value of a Parquet file as its bytes, in no particular order; one that stands in a
 * dictionary is shown once. No strings are made of them, and one column of one row group is in memory at a time.
 */
export async function visitParquetTexts(path: string, visit: (bytes: Uint8Array) => void): Promise<void> {
  const handle = await naming(path, () => open(path, 'r'))
  try {
    const file = await naming(path, () => fileBuffer(handle))
    const metadata = await naming(path, () => readFooter(file))
    // Bytes that are not marked as texts are handed on as texts are.
    for (const element of metadata.schema) if (element.type === 'BYTE_ARRAY') element.converted_type = 'UTF8'
    const columns = new Set(
      metadata.row_groups.flatMap((group) =>
        group.columns.map((chunk) => chunk.meta_data!.path_in_schema[0]!),
      ),
    )
    const parsers = {
      stringFromBytes(bytes: Uint8Array | undefined) {
        if (bytes) visit(bytes)
        return ''
      },
    }
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      for (const column of columns)
        await naming(path, () =>
          parquetRead({
            file,
            metadata,
            columns: [column],
            rowStart,
            rowEnd,
            compressors: decompressors,
            parsers,
            geoparquet: false,
          }),
        )
      rowStart = rowEnd
    }
  } finally {
    await handle.close()
  }
}
