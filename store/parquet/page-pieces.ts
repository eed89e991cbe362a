import type { AsyncBuffer, ColumnMetaData, PageHeader } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

/** The bytes of a page as they are stored, and its header. */
type StoredPage = { header: PageHeader; bytes: Uint8Array }

export type PagePieces = { nextPage(): Promise<StoredPage>; isAtEnd(): boolean }

/**
 * The pages of a column chunk, from pieces of the file.
 *
 * @param pieceBytes so much of the chunk is asked for at once, unless a page is larger
 */
export function openPieces(file: AsyncBuffer, chunk: ColumnMetaData, pieceBytes: number): PagePieces {
  let next = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset)
  const end = next + Number(chunk.total_compressed_size)
  let piece = new Uint8Array(0)
  let offset = 0

  const left = (): number => piece.length - offset + end - next

  const hold = async (wanted: number): Promise<void> => {
    const held = piece.subarray(offset)
    if (held.length >= wanted) return
    const size = Math.min(Math.max(wanted - held.length, pieceBytes), end - next)
    if (held.length + size < wanted)
      throw new Error(`a page of ${chunk.path_in_schema.join('.')} is longer than its column`)
    const more = new Uint8Array(await file.slice(next, next + size))
    next += size
    const joined = new Uint8Array(held.length + size)
    joined.set(held)
    joined.set(more.subarray(0, size), held.length)
    piece = joined
    offset = 0
  }

  const readHeader = async (): Promise<PageHeader> => {
    for (let wanted = Math.min(64 * 1024, left()); ; wanted = Math.min(wanted * 4, left())) {
      await hold(wanted)
      const reader = { view: new DataView(piece.buffer, piece.byteOffset + offset), offset: 0 }
      try {
        const header = parquetHeader(reader)
        offset += reader.offset
        return header
      } catch (error) {
        // The statistics in a header may be longer than what is held.
        if (!(error instanceof RangeError) || wanted >= left()) throw error
      }
    }
  }

  return {
    // One byte may be left behind the last page, as the library allows.
    isAtEnd: () => left() <= 1,
    async nextPage() {
      const header = await readHeader()
      const size = header.compressed_page_size
      if (!Number.isInteger(size) || size < 0)
        throw new Error(`it has a page of ${size ?? 'an unknown number of'} bytes`)
      await hold(size)
      const bytes = piece.subarray(offset, offset + size)
      offset += size
      return { header, bytes }
    },
  }
}
