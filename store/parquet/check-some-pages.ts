import { type AsyncBuffer, type FileMetaData, parquetSchema, readOffsetIndex, type RowGroup } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js'
import { checkColumns } from './check-columns.ts'
import { pageChecker } from './check-page.ts'

/** Rows of one row group, counted in it, and top-level columns; all unless given. */
type Wanted = { from: number; to: number; columns?: readonly string[] | undefined }

type Chunk = RowGroup['columns'][number]
type Location = { offset: number; size: number; firstRow: number; endRow: number }

/**
 * Looks at the pages that hold some rows of a row group before the library decodes them, and at no others: five rows of a
 * file of 500 MB are a few megabytes. A column without an index of its pages is looked at whole.
 *
 * @throws Error that names the first column that is damaged, or whose index says other than its pages
 */
export async function checkSomePages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  { from, to, columns }: Wanted,
): Promise<void> {
  const tree = parquetSchema(metadata)
  for (const chunk of group.columns) {
    const meta = chunk.meta_data
    if (!meta || columns?.includes(meta.path_in_schema[0]!) === false) continue
    if (!chunk.offset_index_offset || !chunk.offset_index_length) {
      await checkColumns(file, metadata, { ...group, columns: [chunk] })
      continue
    }
    try {
      const pages = await locationsOf(file, chunk, Number(group.num_rows))
      const schemaPath = getTreePath(tree, meta.path_in_schema)
      const wanted = pages.filter((page) => page.endRow > from && page.firstRow < to)
      await checkPages(file, pages[0]!.offset, wanted, {
        start: startOf(meta),
        check: pageChecker(meta, schemaPath),
        isFlat: getMaxRepetitionLevel(schemaPath) === 0,
      })
    } catch (cause) {
      throw new Error(`the column ${meta.path_in_schema.join('.')}: ${(cause as Error).message}`, { cause })
    }
  }
}

function startOf(meta: NonNullable<Chunk['meta_data']>): number {
  return Number(meta.dictionary_page_offset ?? meta.data_page_offset)
}

/** Where the data pages of a column are. They lie one behind the other up to its end, so a wrong entry shows. */
async function locationsOf(file: AsyncBuffer, chunk: Chunk, rows: number): Promise<Location[]> {
  const at = Number(chunk.offset_index_offset)
  const bytes = await file.slice(at, at + chunk.offset_index_length!)
  const stated = readOffsetIndex({ view: new DataView(bytes), offset: 0 }).page_locations
  const start = startOf(chunk.meta_data!)
  const end = start + Number(chunk.meta_data!.total_compressed_size)
  const pages = stated.map(({ offset, compressed_page_size: size, first_row_index: row }, index) => ({
    offset: Number(offset),
    size,
    firstRow: Number(row),
    endRow: Number(stated[index + 1]?.first_row_index ?? rows),
  }))
  const [first] = pages
  const isWhole =
    first !== undefined &&
    first.offset >= start &&
    first.firstRow === 0 &&
    pages.every(
      ({ offset, size, firstRow, endRow }, index) =>
        offset + size === (pages[index + 1]?.offset ?? end) && firstRow < endRow,
    )
  if (!isWhole) throw new Error('the index of its pages does not fit them')
  return pages
}

type Checks = { start: number; check: ReturnType<typeof pageChecker>; isFlat: boolean }

/** @param dictionaryEnd where the data pages begin: what is before is the dictionary */
async function checkPages(
  file: AsyncBuffer,
  dictionaryEnd: number,
  pages: readonly Location[],
  { start, check, isFlat }: Checks,
): Promise<void> {
  const [first, last] = [pages[0]!, pages.at(-1)!]
  const isFromStart = first.offset === dictionaryEnd
  const from = isFromStart ? start : first.offset
  const read = new Uint8Array(await file.slice(from, last.offset + last.size))
  if (start < dictionaryEnd) {
    const dictionary = isFromStart
      ? read.subarray(0, dictionaryEnd - start)
      : new Uint8Array(await file.slice(start, dictionaryEnd))
    checkOne(dictionary, check)
  }
  for (const { offset, size, firstRow, endRow } of pages) {
    const { header } = checkOne(read.subarray(offset - from, offset - from + size), check)
    const values = (header.data_page_header ?? header.data_page_header_v2)?.num_values
    const rows = header.data_page_header_v2?.num_rows ?? (isFlat ? values : undefined)
    if (rows !== endRow - firstRow || (isFlat && values !== rows))
      throw new Error('the index of its pages does not fit them')
  }
}

/** One page with its header, and nothing else. */
function checkOne(stored: Uint8Array, check: Checks['check']): ReturnType<Checks['check']> {
  const reader = { view: new DataView(stored.buffer, stored.byteOffset, stored.length), offset: 0 }
  const header = parquetHeader(reader)
  if (reader.offset + header.compressed_page_size !== stored.length)
    throw new Error('the index of its pages does not fit them')
  return check(header, stored.subarray(reader.offset))
}
