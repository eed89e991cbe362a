import { join } from 'node:path'
import { readParquetMetadata, readParquetRows } from '../../../../store/parquet/read.ts'
import type { Row } from '../../../../store/parquet/rows.ts'
import { answersIn } from '../../../../output/dataset/row-answers.ts'
import type { Passed, ToPublish } from './check.ts'

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

/**
 * Configurations that hold answers of which no column says how they came about: no check can judge these.
 *
 * @param reads only the configurations that read these answers
 * @returns their names in a sentence, `undefined` where there are none
 */
export async function untoldAnswers(
  { folder, manifest, exports }: ToPublish,
  reads: readonly string[] = ['selected', 'kept', 'all'],
): Promise<string | undefined> {
  const untold: string[] = []
  for (const { name } of exports.filter((one) => reads.includes(one.reads))) {
    const file = manifest.files.find(({ config }) => config === name)
    if (file === undefined) continue
    const { columns } = await readParquetMetadata(join(folder, file.path))
    if (answersIn(columns.map((column) => column.name)) === 'untold') untold.push(name)
  }
  return untold.length === 0
    ? undefined
    : `the columns of ${untold.join(', ')} do not say of each answer how it came about, so that nobody looked at theirs`
}

/** What a check found right, with what it could not look at. */
export function passed(text: string, unknown: string | undefined): Passed {
  return unknown === undefined ? text : { text, unknown }
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
