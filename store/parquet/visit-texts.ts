import { open } from 'node:fs/promises'
import { parquetRead } from 'hyparquet'
import type { AsyncBuffer, Compressors, RowGroup } from 'hyparquet'
import { checkColumns } from './check-columns.ts'
import { decompressors } from './decompress.ts'
import { fileBuffer, naming, readFooter } from './read.ts'
import { readFooterBytes } from './seal.ts'

/** Uncompressed bytes of a column that are read at a time. */
const rangeBytes = 4_000_000

type Visitor = {
  visit: (bytes: Uint8Array) => void
  /** Whether the rest need not be visited. */
  isDone: () => boolean
  /** Is told how many bytes of the file were read further. */
  onBytes: (bytes: number) => void
}

/**
 * Visits every text and byte value of a Parquet file as its bytes, in no particular order, and its footer as a whole; a
 * value in a dictionary is visited at least once. No strings are made of them. Of our own files, a few pages of one column are in
 * memory at a time, of others one column of one row group.
 */
export async function visitParquetTexts(path: string, { visit, isDone, onBytes }: Visitor): Promise<void> {
  const handle = await naming(path, () => open(path, 'r'))
  try {
    const memory = returnedMemory()
    const file = memory.ofFile(await naming(path, () => fileBuffer(handle)))
    const compressors = memory.ofDecompressors(decompressors)
    const { footer, start } = await naming(path, () => readFooterBytes(handle))
    visit(footer)
    onBytes(footer.length)
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
    let told = 0
    for (const group of metadata.row_groups) {
      if (isDone()) return
      const groupRows = Number(group.num_rows)
      await naming(path, () => checkColumns(file, metadata, group))
      memory.giveBack()
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
              compressors,
              parsers,
              geoparquet: false,
            }),
          )
          memory.giveBack()
        }
      }
      groupStart += groupRows
      const reached = Math.round((start * groupStart) / Math.max(1, Number(metadata.num_rows)))
      onBytes(reached - told)
      told = reached
    }
    onBytes(start - told)
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

/**
 * Gives the memory of pages back at once. Left to the collector, which is in no hurry about memory outside its heap, a
 * gigabyte read in pieces of a few megabytes takes more than a hundred.
 */
function returnedMemory() {
  const taken: ArrayBuffer[] = []
  return {
    ofFile: (file: AsyncBuffer): AsyncBuffer => ({
      byteLength: file.byteLength,
      slice: async (start, end) => {
        const bytes = await file.slice(start, end)
        taken.push(bytes)
        return bytes
      },
    }),
    ofDecompressors: (given: Compressors): Compressors =>
      Object.fromEntries(
        Object.entries(given).map(([codec, decompress]) => [
          codec,
          (input: Uint8Array, outputLength: number) => {
            const output = decompress(input, outputLength)
            // Small buffers are slices of a pool that Node shares.
            if (output.length > 2 ** 16 && output.buffer instanceof ArrayBuffer) taken.push(output.buffer)
            return output
          },
        ]),
      ),
    giveBack() {
      for (const bytes of taken.splice(0)) bytes.transfer(0)
    },
  }
}
