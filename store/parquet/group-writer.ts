import type { FileHandle } from 'node:fs/promises'
import type { Schema } from 'apache-arrow/schema'
import type { FileMetaData, RowGroup } from 'hyparquet'
import type { ColumnSource } from 'hyparquet-writer'
import { writeBlooms } from 'hyparquet-writer/src/bloom.js'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import type { PageIndexes } from 'hyparquet-writer/src/types.js'
import { z } from 'zod'
import { parquetElements } from './elements.ts'
import { fileWriter } from './file-writer.ts'
import { leavesByColumn } from './pages/leaves.ts'
import { writeChunk, type PageCuts } from './pages/write-chunk.ts'
import { writePageIndexes } from './pages/write-indexes.ts'
import type { Row } from './rows.ts'

/** The letters PAR1, with which a file begins and ends. */
const magic = 0x31524150

/** The libraries that can write a file. */
export const ParquetLibrary = z.enum(['hyparquet-writer', 'parquetjs-lite'])
export type ParquetLibrary = z.infer<typeof ParquetLibrary>

/** Where pages and row groups end: where the content says so, or after so many bytes and rows. */
export const ParquetChunks = z.enum(['content', 'plain'])
export type ParquetChunks = z.infer<typeof ParquetChunks>

/** Writes the row groups of one file. The rows are checked and in their stored form. */
export type GroupWriter = {
  /** One row group; the same rows by row and by column. */
  write(rows: readonly Row[], columns: ColumnSource[]): Promise<void>
  /** The footer with these entries. */
  finish(entries: readonly [key: string, value: string][]): Promise<void>
  /** Bytes written so far. */
  bytes(): number
}

/** What a group writer is opened with. */
export type GroupWriterOptions = {
  schema: Schema
  onBytes: (bytes: Uint8Array) => void
  /** Where pages end; plain unless given. Only hyparquet-writer's files can have others. */
  cuts?: PageCuts
}

/**
 * Dictionaries, indexes and bloom filters: what readers on the Hub skip by. The parts are the library's; the pages are
 * cut here, for which it has no option.
 */
export function hyparquetGroups(
  handle: FileHandle,
  { schema, onBytes, cuts = 'plain' }: GroupWriterOptions,
): GroupWriter {
  const writer = fileWriter(handle, onBytes)
  const elements = parquetElements(schema)
  const leaves = leavesByColumn(elements)
  const indexes: PageIndexes[] = []
  const groups: RowGroup[] = []
  writer.appendUint32(magic)
  return {
    async write(rows, columns) {
      const start = writer.offset
      const chunks = columns.flatMap((column) =>
        leaves.get(column.name)!.map((leaf) => writeChunk(writer, leaf, column, cuts)),
      )
      indexes.push(...chunks)
      groups.push({
        columns: chunks.map(({ chunk }) => chunk),
        total_byte_size: chunks.reduce(
          (sum, { chunk }) => sum + chunk.meta_data!.total_uncompressed_size,
          0n,
        ),
        num_rows: BigInt(rows.length),
        total_compressed_size: BigInt(writer.offset - start),
      })
      await writer.flush?.()
    },
    async finish(entries) {
      writePageIndexes(writer, indexes, cuts !== 'plain')
      writeBlooms(writer, indexes)
      const metadata = {
        version: 2,
        created_by: 'twinstill',
        schema: elements,
        num_rows: groups.reduce((sum, { num_rows }) => sum + num_rows, 0n),
        row_groups: groups,
        key_value_metadata: entries.map(([key, value]) => ({ key, value })),
      }
      // The length is that of the metadata itself, which nobody knows before it is written.
      writeMetadata(writer, metadata as unknown as FileMetaData)
      writer.appendUint32(magic)
      await writer.finish()
    },
    bytes: () => writer.offset,
  }
}
