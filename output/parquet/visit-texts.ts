import { open } from 'node:fs/promises'
import { parquetRead } from 'hyparquet'
import type { RowGroup } from 'hyparquet'
import { decompressors } from './decompress.ts'
import { fileBuffer, naming, readFooter } from './read.ts'

/** Uncompressed bytes of a column that are read at a time. */
const rangeBytes = 4_000_000

/**
 * Shows every text and byte value of a Parquet file as its bytes, in no particular order; one that stands in a
 * dictionary is shown at least once. No strings are made of them. Of our own files, a few pages of one column are in
 * memory at a time, of others one column of one row group.
 */
export async function visitParquetTexts(path: string, visit: (bytes: Uint8Array) => void): Promise<void> {
  const handle = await naming(path, () => open(path, 'r'))
  try {
    const file = await naming(path, () => fileBuffer(handle))
    const metadata = await naming(path, () => readFooter(file))
    // Bytes that are not marked as texts are handed on as texts are.
    for (const element of metadata.schema) if (element.type === 'BYTE_ARRAY') element.converted_type = 'UTF8'
    const parsers = {
      stringFromBytes(bytes: Uint8Array | undefined) {
        if (bytes) visit(bytes)
        return ''
      },
    }
    // Some libraries write page indexes that point at the wrong rows; our own are known to be right.
    const useOffsetIndex = metadata.created_by === 'twinstill'
    let groupStart = 0
    for (const group of metadata.row_groups) {
      const groupRows = Number(group.num_rows)
      for (const [column, bytes] of columnBytes(group)) {
        const step = useOffsetIndex ? Math.max(1, Math.ceil((groupRows * rangeBytes) / bytes)) : groupRows
        for (let row = 0; row < groupRows; row += step) {
          const rowStart = groupStart + row
          const rowEnd = groupStart + Math.min(groupRows, row + step)
          await naming(path, () =>
            parquetRead({
              file,
              metadata,
              columns: [column],
              rowStart,
              rowEnd,
              useOffsetIndex,
              compressors: decompressors,
              parsers,
              geoparquet: false,
            }),
          )
        }
      }
      groupStart += groupRows
    }
  } finally {
    await handle.close()
  }
}

/** Uncompressed bytes of every column with its members, at least one. */
function columnBytes(group: RowGroup): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { meta_data: chunk } of group.columns) {
    const name = chunk!.path_in_schema[0]!
    sizes.set(name, (sizes.get(name) ?? 1) + Number(chunk!.total_uncompressed_size))
  }
  return sizes
}
