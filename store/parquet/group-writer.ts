import type { FileHandle } from 'node:fs/promises'
import type { Schema } from 'apache-arrow'
import { ParquetWriter, type ColumnSource } from 'hyparquet-writer'
import { z } from 'zod'
import { parquetElements } from './elements.ts'
import { compressZstd, fileWriter } from './file-writer.ts'
import type { Row } from './rows.ts'

/** The libraries that can write a file. */
export const ParquetLibrary = z.enum(['hyparquet-writer', 'parquetjs-lite'])
export type ParquetLibrary = z.infer<typeof ParquetLibrary>

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
export type GroupWriterOptions = { schema: Schema; onBytes: (bytes: Uint8Array) => void }

/** Dictionaries, indexes and bloom filters: what readers on the Hub skip by. */
export function hyparquetGroups(handle: FileHandle, { schema, onBytes }: GroupWriterOptions): GroupWriter {
  const writer = fileWriter(handle, onBytes)
  const parquet = new ParquetWriter({
    writer,
    schema: parquetElements(schema),
    codec: 'ZSTD',
    compressors: { ZSTD: compressZstd },
    createdBy: 'twinstill',
  })
  return {
    async write(rows, columnData) {
      await parquet.write({ columnData, rowGroupSize: rows.length })
    },
    async finish(entries) {
      parquet.kvMetadata = entries.map(([key, value]) => ({ key, value }))
      await parquet.finish()
    },
    bytes: () => writer.offset,
  }
}
