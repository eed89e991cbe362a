import type { FileHandle } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { zstdDecompressSync } from 'node:zlib'
import type { Field, Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'
import type * as Compression from 'parquetjs-lite/lib/compression.js'
import type * as Schemas from 'parquetjs-lite/lib/schema.js'
import type { LiteField } from 'parquetjs-lite/lib/schema.js'
import type * as Writers from 'parquetjs-lite/lib/writer.js'
import { compressZstd } from './file-writer.ts'
import type { GroupWriter, GroupWriterOptions } from './group-writer.ts'
import type { Row } from './rows.ts'

/** Loaded when a file is to be written by it: it takes longer to load than everything else here. */
function loadLibrary(): typeof Schemas & typeof Writers {
  const load = createRequire(import.meta.url)
  const compression = load('parquetjs-lite/lib/compression.js') as typeof Compression
  // The library knows the name of the codec in the format, but has none for it.
  compression.PARQUET_COMPRESSION_METHODS['ZSTD'] = { deflate: compressZstd, inflate: zstdDecompressSync }
  return {
    ...(load('parquetjs-lite/lib/schema.js') as typeof Schemas),
    ...(load('parquetjs-lite/lib/writer.js') as typeof Writers),
  }
}

const pageRows = 64

/**
 * Row groups by parquetjs-lite, held to what every reader takes from it: lists in three levels with their annotation
 * (without it readers show structs), no statistics (its bounds of texts are wrong for some), no page index (its offsets
 * are), rows one after the other (rows appended at once are written several times). Its files have no dictionaries and
 * no bloom filters.
 */
export function liteGroups(handle: FileHandle, { schema, onBytes }: GroupWriterOptions): GroupWriter {
  const { ParquetSchema, ParquetEnvelopeWriter, ParquetWriter } = loadLibrary()
  let written = 0
  // The library does not wait for its first write, that of the magic number, so each waits here for the one before.
  let last = Promise.resolve()
  const write = (bytes: Buffer): Promise<void> => {
    written += bytes.length
    onBytes(bytes)
    last = last.then(() => handle.writeFile(bytes))
    // A failed first write is told by the next one, and must not end the process before.
    last.catch(() => undefined)
    return last
  }
  const options = { pageSize: pageRows, pageIndex: false, useDataPageV2: true }
  const lite = new ParquetSchema(fieldsOf(schema.fields))
  const envelope = new ParquetEnvelopeWriter(lite, write, async () => undefined, 0, options)
  const parquet = new ParquetWriter(lite, envelope, options)
  return {
    async write(rows) {
      // It ends a row group when so many rows are there, so one is ended here with the last row.
      parquet.setRowGroupSize(rows.length)
      for (const row of rows) await parquet.appendRow(membersOf(row, schema))
    },
    async finish(entries) {
      for (const [key, value] of entries) parquet.setMetadata(key, value)
      await parquet.close()
    },
    bytes: () => written,
  }
}

function fieldsOf(fields: readonly Field[]): Record<string, LiteField> {
  return Object.fromEntries(fields.map((field) => [field.name, liteField(field)]))
}

function liteField(field: Field): LiteField {
  const type = field.type as DataType
  const optional = field.nullable ? ({ optional: true } as const) : {}
  if (DataType.isStruct(type)) return { ...optional, fields: fieldsOf(type.children) }
  if (DataType.isList(type))
    return {
      type: 'LIST',
      ...optional,
      fields: { list: { repeated: true, fields: fieldsOf(type.children) } },
    }
  return { ...optional, type: primitiveName(type), compression: 'ZSTD', statistics: false }
}

function primitiveName(type: DataType): string {
  if (DataType.isUtf8(type)) return 'UTF8'
  if (DataType.isBool(type)) return 'BOOLEAN'
  if (DataType.isFloat(type)) return 'DOUBLE'
  if (DataType.isInt(type)) return type.bitWidth === 64 ? 'INT64' : 'INT32'
  throw new TypeError(`a declared schema has no Arrow type ${type.typeId}`)
}

/** A row as the library takes it: nulls are left out, and a list is a group of its elements. */
function membersOf(row: Row, { fields }: Pick<Schema, 'fields'>): Row {
  const members: Row = {}
  for (const { name, type } of fields) {
    const value = liteValue(row[name], type as DataType)
    if (value !== undefined) members[name] = value
  }
  return members
}

function liteValue(value: unknown, type: DataType): unknown {
  if (value === null) return undefined
  if (DataType.isStruct(type)) return membersOf(value as Row, { fields: type.children })
  if (!DataType.isList(type)) return value
  const [element] = type.children
  const list = (value as unknown[]).map((each) => {
    const own = liteValue(each, type.valueType as DataType)
    return own === undefined ? {} : { [element!.name]: own }
  })
  return { list }
}
