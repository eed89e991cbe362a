import type { AsyncBuffer, ColumnMetaData, DecodedArray, SchemaTree } from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { isFlatColumn } from 'hyparquet/src/schema.js'
import { decompressors } from '../decompress.ts'
import { exactLeaf, strictText } from './exact-values.ts'

/** The values of one leaf column of one row group, in the order of the rows and a page at a time. */
export type LeafPages = {
  /**
   * The values of the next rows; nested ones as nested lists, as the library assembles them.
   *
   * @throws Error when the column ends before
   */
  take(rows: number): Promise<unknown[]>
  /** What makes a stored value of this column exact; `undefined` where it is so already. */
  convert: ((raw: unknown) => unknown) | undefined
}

/**
 * Holds a piece of the chunk and the rows of one page in memory, however large the row group is.
 *
 * @param pieceBytes so much of the chunk is asked for at once, unless a page is larger
 */
export function openLeafPages(
  file: AsyncBuffer,
  chunk: ColumnMetaData,
  schemaPath: SchemaTree[],
  pieceBytes: number,
): LeafPages {
  const { element, convert: exact } = exactLeaf(schemaPath.at(-1)!.element)
  const decoder: Parameters<typeof readPage>[2] = {
    ...chunk,
    pathInSchema: chunk.path_in_schema,
    element,
    schemaPath,
    compressors: decompressors,
    // Bytes that are not marked as text stay bytes.
    utf8: false,
    parsers: { ...DEFAULT_PARSERS, stringFromBytes: strictText },
  }
  const isFlat = isFlatColumn(schemaPath)
  const bytes = openPieces(file, chunk, pieceBytes)
  let dictionary: DecodedArray | undefined
  let rows: unknown[] = []
  let first = 0

  /**
   * A page that is not of a flat column may end in the middle of a row, so its last row is not given out before the
   * next.
   */
  const ready = (): number => rows.length - first - (isFlat || bytes.isAtEnd() ? 0 : 1)

  const readNext = async (): Promise<void> => {
    rows = rows.slice(first)
    first = 0
    const { header, view } = await bytes.nextPage()
    const reader = { view, offset: 0 }
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, decoder, dictionary, undefined, 0)
      if (data) dictionary = convert(data, decoder)
      return
    }
    const begun = isFlat ? undefined : rows
    const { data } = readPage(reader, header, decoder, dictionary, begun, 0)
    if (data === undefined || data === begun) return
    // A loop, because a page may hold more values than a call takes parameters.
    for (const value of data) rows.push(value)
  }

  return {
    convert: exact,
    async take(count) {
      while (ready() < count) {
        if (bytes.isAtEnd()) throw new Error(`${rows.length - first} rows came where ${count} are due`)
        await readNext()
      }
      first += count
      return rows.slice(first - count, first)
    },
  }
}

type Page = { header: ReturnType<typeof parquetHeader>; view: DataView }

/** The pages of a column chunk, from pieces of the file. */
function openPieces(
  file: AsyncBuffer,
  chunk: ColumnMetaData,
  pieceBytes: number,
): { nextPage(): Promise<Page>; isAtEnd(): boolean } {
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

  const readHeader = async (): Promise<Page['header']> => {
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
      await hold(header.compressed_page_size)
      const view = new DataView(piece.buffer, piece.byteOffset + offset, header.compressed_page_size)
      offset += header.compressed_page_size
      return { header, view }
    },
  }
}
