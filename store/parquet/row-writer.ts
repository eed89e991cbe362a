import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'
import type { ColumnSource } from 'hyparquet-writer'
import type { z } from 'zod'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { openColumnDigest, type ColumnDigest } from './column-digest.ts'
import { arrowSchema } from './columns.ts'
import type { RowSchema } from './columns.ts'
import { hyparquetGroups, type ParquetChunks, type ParquetLibrary } from './group-writer.ts'
import { liteGroups } from './lite-groups.ts'
import { chunkEntries, pageBounds } from './pages/cutter.ts'
import { openGroupCutter } from './pages/group-cuts.ts'
import { hasInt64, rowNormaliser, widenIntegers } from './rows.ts'
import type { Row } from './rows.ts'
import { sealEntries, sealFile } from './seal.ts'

const megabyte = 1_000_000
/** The Hub's viewer refuses to scan row groups far above this, and readers hold one group in memory. */
const hardGroupBytes = 100 * megabyte
/** Page bounds of longer texts say nothing and only swell the footer. */
const statisticsMeanLength = 64

export type ParquetFileOptions<S extends RowSchema> = {
  /** For messages. */
  path: string
  schema: S
  /** Key-value entries of the footer; a function is called when all rows are written. `twinstill.digest` is always there. */
  metadata?: Record<string, string> | ((content: ParquetContent) => Record<string, string>)
  /** String columns that rows are looked up by: they get a column index and a bloom filter. */
  idColumns?: readonly (keyof z.input<S> & string)[]
  /** A row group is closed before it holds more bytes than this, counted before encoding; 32 MB unless given. */
  rowGroupBytes?: number
  /** Rows in a row group at most; 1,024 unless given. */
  rowGroupRows?: number
  /** Gives the file checksums of its own bytes, which every reading of it checks; its `sha256` is of the file without. */
  sealed?: boolean
  /** Is told every row in the form in which it is stored. */
  onRow?: (row: Row) => void
  /** The library that writes it, hyparquet-writer unless given. */
  library?: ParquetLibrary
  /**
   * Where row groups and pages end: after so many rows and bytes (unless given), or where the content says so. Of content,
   * `rowGroupBytes` and `rowGroupRows` say nothing. Only of hyparquet-writer.
   */
  chunks?: ParquetChunks
}

/** How many rows were written and the digest of what they hold, see `openColumnDigest`; the file is read back by it. */
type ParquetContent = { rows: number; digest: string }

export type WrittenParquet = ParquetContent & {
  /** Size of the file. */
  bytes: number
  /** Of the file's bytes. */
  sha256: string
}

/** A Parquet file that is being written, a row at a time. */
export type ParquetFile<S extends RowSchema> = {
  /** Checks a row and holds it until its row group is full. The caller must await a returned promise before the next row. */
  add(row: z.input<S>): Promise<void> | undefined
  /** Writes the rows that are held and the footer. The handle stays open. */
  finish(): Promise<WrittenParquet>
}

/**
 * Begins a zstd-compressed Parquet file. Memory is bounded by one row group. The same rows and options give the same
 * bytes. Rows are checked against their zod schema: a RunError names row and column, nothing is converted silently
 * except as `rowNormaliser` says.
 *
 * @param handle empty and open for writing
 */
export function openParquet<S extends RowSchema>(
  handle: FileHandle,
  options: ParquetFileOptions<S>,
): ParquetFile<S> {
  const schema = arrowSchema(options.schema)
  checkOptions(options, schema)
  const { metadata = {}, idColumns = [], rowGroupBytes = 32 * megabyte, rowGroupRows = 1024 } = options
  const file = createHash('sha256')
  const open = options.library === 'parquetjs-lite' ? liteGroups : hyparquetGroups
  const isContent = options.chunks === 'content'
  const groups = open(handle, {
    schema,
    onBytes: (bytes) => file.update(bytes),
    ...(isContent && { cuts: pageBounds }),
  })
  const groupCutter = isContent ? openGroupCutter(idColumns[0] ?? schema.fields[0]!.name) : undefined
  const normalise = rowNormaliser(schema)
  const columns = openColumnDigest(schema)
  let count = 0
  let group: Row[] = []
  let groupBytes = 0

  async function flush(): Promise<void> {
    const rows = group
    group = []
    groupBytes = 0
    await groups.write(rows, columnsOf(rows, { schema, idColumns, digest: columns }))
  }

  return {
    add(given) {
      const { row, bytes } = checked(given, count, options, normalise)
      const isFull = groupCutter
        ? groupCutter.isDue(row, bytes)
        : group.length > 0 && (groupBytes + bytes > rowGroupBytes || group.length >= rowGroupRows)
      const flushed = isFull ? flush() : undefined
      options.onRow?.(row)
      group.push(row)
      groupBytes += bytes
      count += 1
      return flushed
    },
    async finish() {
      if (group.length > 0) await flush()
      const content = { rows: count, digest: columns.hex() }
      const entries = {
        ...(typeof metadata === 'function' ? metadata(content) : metadata),
        ...(options.sealed && sealEntries),
        ...(isContent && chunkEntries),
      }
      const all = Object.entries({ ...entries, 'twinstill.digest': content.digest })
      await groups.finish(all.sort(([a], [b]) => (a < b ? -1 : 1)))
      if (options.sealed) await sealFile(handle)
      return { ...content, bytes: groups.bytes(), sha256: file.digest('hex') }
    },
  }
}

function checkOptions<S extends RowSchema>(options: ParquetFileOptions<S>, schema: Schema): void {
  const { rowGroupBytes = 1, rowGroupRows = 1 } = options
  if (!(rowGroupBytes > 0 && rowGroupBytes <= hardGroupBytes)) {
    throw new UsageError(`rowGroupBytes is ${rowGroupBytes}; give a number from 1 to ${hardGroupBytes}`)
  }
  if (!(Number.isInteger(rowGroupRows) && rowGroupRows > 0)) {
    throw new UsageError(`rowGroupRows is ${rowGroupRows}; give a whole number above 0`)
  }
  if (options.chunks === 'content' && options.library === 'parquetjs-lite')
    throw new UsageError('parquetjs-lite cannot cut pages by content; leave out one of the two')
  for (const name of options.idColumns ?? []) {
    const field = schema.fields.find((candidate) => candidate.name === name)
    if (field === undefined || field.nullable || !DataType.isUtf8(field.type)) {
      throw new UsageError(`the id column ${name} is not a string column without nulls; name one that is`)
    }
  }
}

function checked<S extends RowSchema>(
  given: unknown,
  index: number,
  options: ParquetFileOptions<S>,
  normalise: ReturnType<typeof rowNormaliser>,
): { row: Row; bytes: number } {
  const where = `cannot write ${options.path}: row ${index}`
  const parsed = options.schema.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new RunError(
      `${where}, column ${issue.path.join('.') || '(row)'}: ${issue.message}; the row does not fit the schema`,
    )
  }
  try {
    const normal = normalise(parsed.data)
    if (normal.bytes <= hardGroupBytes) return normal
    throw new RangeError(`${normal.bytes} bytes are more than the ${hardGroupBytes} that one row may have`)
  } catch (error) {
    if (error instanceof RangeError) throw new RunError(`${where}, ${error.message}`, { cause: error })
    throw error
  }
}

function columnsOf(
  rows: readonly Row[],
  { schema, idColumns, digest }: { schema: Schema; idColumns: readonly string[]; digest: ColumnDigest },
): ColumnSource[] {
  return schema.fields.map((field) => {
    const { name } = field
    const type = field.type as DataType
    const isId = idColumns.includes(name)
    const values = rows.map((row) => row[name])
    digest.add(name, values)
    const data = hasInt64(type) ? values.map((value) => widenIntegers(value, type)) : values
    return { name, data, statistics: hasUsefulBounds(type, values), columnIndex: isId, bloomFilter: isId }
  })
}

function hasUsefulBounds(type: DataType, values: readonly unknown[]): boolean {
  if (!DataType.isUtf8(type)) return !DataType.isList(type) && !DataType.isStruct(type)
  let length = 0
  for (const value of values) if (typeof value === 'string') length += value.length
  return length <= statisticsMeanLength * values.length
}
