import { open } from 'node:fs/promises'
import type { AsyncBuffer, Compressors, SchemaTree } from 'hyparquet'
import { readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { checkColumns } from './check-columns.ts'
import type { OpenPage } from './check-page.ts'
import { decompressors } from './decompress.ts'
import { fileBuffer } from './file-buffer.ts'
import { readFooter } from './footer.ts'
import { naming } from './read.ts'
import { readFooterBytes } from './seal.ts'

/** Smaller buffers are slices of a pool that Node shares. */
const ownBuffer = 2 ** 16

type Visitor = {
  visit: (bytes: Uint8Array) => void
  /** Whether the rest need not be visited. */
  isDone: () => boolean
  /** Is told how many bytes of the file were read further. */
  onBytes: (bytes: number) => void
}

/**
 * Visits every text and byte value of a Parquet file as its bytes, in no particular order, and its footer as a whole; a
 * value in a dictionary is visited once. No strings are made of them. A page of one column is in memory at a time.
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
    let rows = 0
    let told = 0
    for (const group of metadata.row_groups) {
      if (isDone()) return
      await naming(path, () =>
        checkColumns(file, metadata, group, {
          compressors,
          onPage(page, stored, chunk, schemaPath) {
            if (chunk.type === 'BYTE_ARRAY')
              for (const value of valuesOf(page, schemaPath)) if (value instanceof Uint8Array) visit(value)
            memory.giveBack(page.bytes, stored)
          },
        }),
      )
      rows += Number(group.num_rows)
      const reached = Math.round((start * rows) / Math.max(1, Number(metadata.num_rows)))
      onBytes(reached - told)
      told = reached
    }
    onBytes(start - told)
  } finally {
    await handle.close()
  }
}

/** The values of a page that has been checked; a page of places in a dictionary holds none. */
function valuesOf({ header, bytes }: OpenPage, schemaPath: SchemaTree[]): Iterable<unknown> {
  const { element } = schemaPath.at(-1)!
  if (header.dictionary_page_header) {
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 }
    return readPlain(reader, 'BYTE_ARRAY', header.dictionary_page_header.num_values, undefined)
  }
  const data = header.data_page_header_v2 ?? header.data_page_header
  if (!data || data.encoding.endsWith('_DICTIONARY')) return []
  const decoder = { type: 'BYTE_ARRAY', element, schemaPath, codec: 'UNCOMPRESSED' } as Parameters<
    typeof readDataPage
  >[2]
  const { dataPage } = header.data_page_header
    ? readDataPage(bytes, header.data_page_header, decoder)
    : readDataPageV2(bytes, header, decoder)
  return dataPage as Iterable<unknown>
}

/**
 * Gives the memory of pages back at once. Left to the collector, which is in no hurry about memory outside its heap, a
 * gigabyte read in pieces of a few megabytes takes more than a hundred.
 */
function returnedMemory() {
  const taken = new Set<ArrayBufferLike>()
  let former: ArrayBufferLike | undefined
  return {
    ofFile: (file: AsyncBuffer): AsyncBuffer => ({
      byteLength: file.byteLength,
      slice: async (start, end) => {
        const bytes = await file.slice(start, end)
        taken.add(bytes)
        return bytes
      },
    }),
    ofDecompressors: (given: Compressors): Compressors =>
      Object.fromEntries(
        Object.entries(given).map(([codec, decompress]) => [
          codec,
          (input: Uint8Array, outputLength: number) => {
            const output = decompress(input, outputLength)
            take(output)
            return output
          },
        ]),
      ),
    /** Gives back all that was taken for a page, and the piece of the file before the one that it lies in. */
    giveBack(page: Uint8Array, stored: Uint8Array) {
      take(page)
      if (former !== undefined && former !== stored.buffer) taken.add(former)
      former = stored.buffer
      taken.delete(stored.buffer)
      for (const bytes of taken) if (bytes instanceof ArrayBuffer) bytes.transfer(0)
      taken.clear()
    },
  }

  function take(bytes: Uint8Array): void {
    if (bytes.length > ownBuffer) taken.add(bytes.buffer)
  }
}
