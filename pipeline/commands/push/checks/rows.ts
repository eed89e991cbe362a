import { join } from 'node:path'
import { readParquetMetadata, readParquetRows } from '../../../../store/parquet/read.ts'
import type { Row } from '../../../../store/parquet/rows.ts'
import type { ToPublish } from './check.ts'

/** A row of the dataset with its place. */
export type PlacedRow = { config: string; path: string; index: number; row: Row }

/**
 * The rows of configurations with the columns that are asked for, one row group in memory at a time.
 *
 * @param wants whether a column is read
 * @param reads only the configurations that read these answers
 */
export async function* rowsOf(
  { folder, manifest, exports }: ToPublish,
  wants: (column: string) => boolean,
  reads: readonly string[] = ['selected', 'kept', 'all'],
): AsyncGenerator<PlacedRow> {
  const named = new Set(exports.filter((one) => reads.includes(one.reads)).map(({ name }) => name))
  for (const { path, config } of manifest.files) {
    if (!named.has(config)) continue
    const absolute = join(folder, path)
    const columns = (await readParquetMetadata(absolute)).columns.map(({ name }) => name).filter(wants)
    if (columns.length === 0) continue
    let index = 0
    for await (const row of readParquetRows(absolute, { columns }))
      yield { config, path, index: index++, row }
  }
}

/** How a row is named to a person. */
export function placeOf({ config, index, row }: PlacedRow): string {
  const id = row['id'] ?? row['pair_id']
  return `${config} ${typeof id === 'string' ? id : `row ${index + 1}`}`
}

/** Rows with a fault: how many, and the first of them. */
export type Found = { count: number; first: string }

export function found(before: Found | undefined, place: string): Found {
  return { count: (before?.count ?? 0) + 1, first: before?.first ?? place }
}
