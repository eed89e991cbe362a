import { open } from 'node:fs/promises'
import { parquetReadObjects } from 'hyparquet'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { RunError, TwinstillError } from '../../schemas/errors.ts'
import { checkColumns } from './check-columns.ts'
import { checkSomePages } from './check-some-pages.ts'
import type { RowSchema } from './columns.ts'
import { checkDeclared } from './declared.ts'
import { decompressors } from './decompress.ts'
import { fileBuffer } from './file-buffer.ts'
import { readFooter } from './footer.ts'
import { keptRanges } from './kept-ranges.ts'
import type { Row } from './rows.ts'
import { checkSealOnce } from './seal-once.ts'
import { checkSeal } from './seal.ts'
import { columnsOf } from './stored-columns.ts'
import type { StoredColumn } from './stored-columns.ts'

type ReadParquetOptions = {
  /** Top-level columns to read, or a choice among those that the file has; all unless given; others are not touched. */
  columns?: readonly string[] | ((stored: readonly StoredColumn[]) => readonly string[])
  /** First row, and the row after the last, counted from 0 over the file. */
  rowStart?: number
  rowEnd?: number
  /** Throws unless the columns that are read are what this schema declares. */
  declared?: RowSchema
  /**
   * When every byte of a sealed file is held against its checksum: each time it is opened, or once as long as this process lives
   * and the file is not touched, for few rows at a time of files that are asked often.
   */
  seal?: 'always' | 'once'
}

/** The size of a file and the bytes from `start` to before `end`. */
export type ByteRanges = AsyncBuffer

export type ParquetMetadata = {
  rows: number
  /** Size of the file. */
  bytes: number
  /** Key-value entries of the footer. */
  keyValue: Record<string, string>
  columns: StoredColumn[]
  /** The library that wrote the file. */
  createdBy: string
  /** Rows and uncompressed bytes of every row group. */
  rowGroups: { rows: number; bytes: number }[]
}

/**
 * Reads the rows of a Parquet file of any writer, one row group in memory at a time. Nested values come as plain arrays
 * and objects, missing ones as null, 64-bit integers as numbers where that is exact and as bigints otherwise, dates as
 * Dates, bytes as Uint8Arrays. Throws a RunError of one line that names the file.
 */
export async function* readParquetRows(path: string, options: ReadParquetOptions = {}): AsyncGenerator<Row> {
  const handle = await naming(path, () => open(path, 'r'))
  try {
    const isSealed = await naming(path, () =>
      options.seal === 'once' ? checkSealOnce(handle, path) : checkSeal(handle, 'all'),
    )
    const file = await naming(path, () => fileBuffer(handle))
    yield* readParquetRanges(path, file, { ...options, isSealed })
  } finally {
    await handle.close()
  }
}

/**
 * The same of a file that is anywhere, from ranges of its bytes: its footer, then of every row group with rows that are
 * wanted the chunks of the wanted columns.
 *
 * @param name for messages
 * @param options.isSealed its checksums hold, so its pages need not be looked at before they are decoded
 */
async function* readParquetRanges(
  name: string,
  file: ByteRanges,
  {
    columns,
    rowStart = 0,
    rowEnd = Infinity,
    declared,
    isSealed,
  }: Omit<ReadParquetOptions, 'seal'> & { isSealed: boolean },
): AsyncGenerator<Row> {
  const metadata = await naming(name, () => readFooter(file))
  const chosen = typeof columns === 'function' ? columns(columnsOf(metadata)) : columns
  if (declared) checkDeclared(name, metadata, declared, chosen ?? Object.keys(declared.shape))
  const last = Math.min(rowEnd, Number(metadata.num_rows))
  let groupStart = 0
  for (const group of metadata.row_groups) {
    const start = groupStart
    const groupEnd = start + Number(group.num_rows)
    const from = Math.max(rowStart, start)
    const to = Math.min(last, groupEnd)
    groupStart = groupEnd
    if (from >= to) continue
    const wanted = { from: from - start, to: to - start, columns: chosen }
    const isPart = to - from < groupEnd - start && hasTrueIndexes(metadata)
    const source = isPart ? keptRanges(file) : file
    await naming(name, async () => {
      if (isSealed) return
      if (isPart) await checkSomePages(source, metadata, group, wanted)
      else await checkColumns(source, metadata, group, { columns: chosen })
    })
    const rows = await naming(name, () => readRange(source, metadata, chosen, from, to))
    for (const row of rows) yield plain(row) as Row
  }
}

/** What the footer of a file that is anywhere declares. */
export async function readParquetColumns(name: string, file: ByteRanges): Promise<StoredColumn[]> {
  return columnsOf(await naming(name, () => readFooter(file)))
}

/** What the footer says; the rows are not touched. Throws a RunError of one line that names the file. */
export async function readParquetMetadata(path: string): Promise<ParquetMetadata> {
  const handle = await naming(path, () => open(path, 'r'))
  try {
    await naming(path, () => checkSeal(handle, 'footer'))
    const file = await naming(path, () => fileBuffer(handle))
    const metadata = await naming(path, () => readFooter(file))
    const entries = metadata.key_value_metadata ?? []
    return {
      rows: Number(metadata.num_rows),
      bytes: file.byteLength,
      keyValue: Object.fromEntries(entries.map(({ key, value }) => [key, value ?? ''])),
      columns: columnsOf(metadata),
      createdBy: metadata.created_by ?? '',
      rowGroups: metadata.row_groups.map((group) => ({
        rows: Number(group.num_rows),
        bytes: Number(group.total_byte_size),
      })),
    }
  } finally {
    await handle.close()
  }
}

// The library's own decoder takes a byte order mark at the start of a text for a signature and drops it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const parsers = { stringFromBytes: (bytes?: Uint8Array) => bytes && decoder.decode(bytes) }

/** Some libraries write page indexes that point at the wrong rows; our own are known to be right. */
function hasTrueIndexes({ created_by }: FileMetaData): boolean {
  return created_by === 'twinstill'
}

async function readRange(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[] | undefined,
  rowStart: number,
  rowEnd: number,
): Promise<Row[]> {
  const rows = await parquetReadObjects({
    file,
    metadata,
    rowStart,
    rowEnd,
    compressors: decompressors,
    parsers,
    // Bytes that are not marked as text stay bytes.
    utf8: false,
    geoparquet: false,
    useOffsetIndex: hasTrueIndexes(metadata),
    ...(columns && { columns: [...columns] }),
  })
  if (rows.length === rowEnd - rowStart) return rows
  throw new Error(`${rows.length} rows came where ${rowEnd - rowStart} are due`)
}

export function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  if (typeof value !== 'object' || value instanceof Date || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(plain)
  const object: Row = {}
  for (const [name, member] of Object.entries(value)) object[name] = plain(member)
  return object
}

export async function naming<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TwinstillError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new RunError(`cannot read ${path}: there is no such file; check the path`, { cause: error })
    }
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]
    throw new RunError(`cannot read ${path}: ${reason}; give a whole Parquet file`, { cause: error })
  }
}
