import { open } from 'node:fs/promises'
import { parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import { fileBuffer } from '../file-buffer.ts'
import { readFooter } from '../footer.ts'
import { type ByteRanges, naming, plain } from '../read.ts'
import type { Row } from '../rows.ts'
import { ValueFault } from './exact-values.ts'
import { joinedRanges } from './joined-ranges.ts'
import { type LeafPages, openLeafPages } from './leaf-pages.ts'

/** A row of a file that other software wrote, with the reason where a value cannot be read exactly as it is stored. */
export type ForeignRow = { row: Row; fault: string | undefined }

export type ForeignOptions = {
  /** The top-level columns to read among those that the file has; all unless given; others are not touched. */
  columns?: ((names: readonly string[]) => readonly string[]) | undefined
  /** Rows to read from the beginning. */
  limit?: number | undefined
  /** Bytes of a column that are asked for at once. */
  pieceBytes?: number
}

/** So many rows are put together at once. */
const windowRows = 128

/** The rows of a file on disk, see `readForeignRanges`. */
export async function* readForeignParquet(
  path: string,
  name: string,
  options: ForeignOptions,
): AsyncGenerator<ForeignRow> {
  const handle = await naming(name, () => open(path, 'r'))
  try {
    yield* readForeignRanges(name, await naming(name, () => fileBuffer(handle)), options)
  } finally {
    await handle.close()
  }
}

/**
 * Reads the rows of a Parquet file of any writer a page of each column at a time, so that memory does not grow with its row
 * groups. Nested values come as plain arrays and objects, missing ones as null, whole numbers as numbers where that is
 * exact and as bigints otherwise, decimals, dates and times as text, bytes as Uint8Arrays.
 *
 * @param name for messages
 * @throws RunError of one line that names the file, and the columns that have one name
 */
export async function* readForeignRanges(
  name: string,
  file: ByteRanges,
  { columns, limit = Infinity, pieceBytes = 2 ** 21 }: ForeignOptions,
): AsyncGenerator<ForeignRow> {
  const metadata = await naming(name, () => readFooter(file))
  const tree = parquetSchema(metadata)
  const names = tree.children.map(({ element }) => element.name)
  const wanted = new Set(columns?.(names) ?? names)
  const chosen = tree.children.filter(({ element }) => wanted.has(element.name))
  await naming(name, async () =>
    checkNames(
      names.filter((each) => wanted.has(each)),
      chosen,
    ),
  )
  let left = Math.min(limit, Number(metadata.num_rows))
  for (const group of metadata.row_groups) {
    const rows = Math.min(left, Number(group.num_rows))
    left -= rows
    const chunks = group.columns.flatMap(({ meta_data: chunk }) =>
      chunk !== undefined && wanted.has(chunk.path_in_schema[0]!) ? [chunk] : [],
    )
    const joined = joinedRanges(file, chunks, pieceBytes)
    const readers = chosen.map((column) => openColumn({ file: joined, tree, pieceBytes }, group, column))
    for (let at = 0; at < rows; at += windowRows) {
      const count = Math.min(windowRows, rows - at)
      const read = await naming(name, () => Promise.all(readers.map((reader) => reader.take(count))))
      for (let index = 0; index < count; index += 1) {
        const row: Row = {}
        for (const [place, column] of chosen.entries())
          row[column.element.name] = plain(read[place]!.values[index])
        yield { row, fault: read.map(({ faults }) => faults.get(index)).find((fault) => fault !== undefined) }
      }
    }
  }
}

type ColumnWindow = { values: ArrayLike<unknown>; faults: Map<number, string> }
type Column = { take(count: number): Promise<ColumnWindow> }

type Opened = { file: ByteRanges; tree: SchemaTree; pieceBytes: number }

function openColumn({ file, tree, pieceBytes }: Opened, group: RowGroup, column: SchemaTree): Column {
  const { name } = column.element
  const leaves = group.columns
    .flatMap(({ meta_data: chunk }) => (chunk?.path_in_schema[0] === name ? [chunk] : []))
    .map((chunk) => {
      const path = chunk.path_in_schema
      return { path: path.join('.'), pages: openLeafPages(file, chunk, getTreePath(tree, path), pieceBytes) }
    })
  return {
    async take(count) {
      const faults = new Map<number, string>()
      const parts = new Map<string, unknown[]>()
      for (const { path, pages } of leaves)
        parts.set(path, exactRows(await pages.take(count), pages, path, faults))
      if (column.children.length > 0) assembleNested(parts, column, DEFAULT_PARSERS)
      const values = parts.get(name)
      if (values === undefined) throw new Error(`the column ${name} is in no row group`)
      return { values, faults }
    },
  }
}

function exactRows(
  rows: unknown[],
  { convert }: LeafPages,
  path: string,
  faults: Map<number, string>,
): unknown[] {
  const give = (value: unknown, index: number): unknown => {
    if (value === null || value === undefined) return value
    if (Array.isArray(value)) return value.map((member: unknown) => give(member, index))
    const exact = value instanceof ValueFault ? value : convert === undefined ? value : convert(value)
    if (!(exact instanceof ValueFault)) return exact
    faults.set(index, `the column "${path}" cannot be read: ${exact.why}`)
    return null
  }
  return rows.map(give)
}

/** Two columns of one name would come as one of them. */
function checkNames(names: readonly string[], columns: readonly SchemaTree[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined)
    throw new Error(`two of its columns are called "${repeated}"; rename one of them`)
  for (const { children, path, element } of columns) {
    if (element.logical_type?.type === 'VARIANT')
      throw new Error(`its column "${path.join('.')}" holds VARIANT values; store it as text`)
    checkNames(
      children.map((child) => child.element.name),
      children,
    )
  }
}
