import type { AsyncBuffer, ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from 'hyparquet'
import { readPage } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { isFlatColumn } from 'hyparquet/src/schema.js'
import { TwinstillError } from '../../../schemas/errors.ts'
import { pageChecker } from '../check-page.ts'
import { openPieces } from '../page-pieces.ts'
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
    // Pages are open when they come to the library.
    codec: 'UNCOMPRESSED',
    // Bytes that are not marked as text stay bytes.
    utf8: false,
    parsers: { ...DEFAULT_PARSERS, stringFromBytes: strictText },
  }
  const isFlat = isFlatColumn(schemaPath)
  const pieces = openPieces(file, chunk, pieceBytes)
  const check = pageChecker(chunk, schemaPath)
  let dictionary: DecodedArray | undefined
  let rows: unknown[] = []
  let first = 0

  /**
   * A page that is not of a flat column may end in the middle of a row, so its last row is not given out before the
   * next.
   */
  const ready = (): number => rows.length - first - (isFlat || pieces.isAtEnd() ? 0 : 1)

  const openNext = async (): Promise<{ header: PageHeader; reader: { view: DataView; offset: number } }> => {
    try {
      const stored = await pieces.nextPage()
      const { header, bytes } = check(stored.header, stored.bytes)
      return {
        header,
        reader: { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 },
      }
    } catch (cause) {
      if (cause instanceof TwinstillError) throw cause
      throw new Error(`the column ${chunk.path_in_schema.join('.')}: ${(cause as Error).message}`, { cause })
    }
  }

  const readNext = async (): Promise<void> => {
    rows = rows.slice(first)
    first = 0
    const { header, reader } = await openNext()
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
        if (pieces.isAtEnd()) throw new Error(`${rows.length - first} rows came where ${count} are due`)
        await readNext()
      }
      first += count
      return rows.slice(first - count, first)
    },
  }
}
