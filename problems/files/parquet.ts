import { type ForeignRow, readForeignParquet } from '../../store/parquet/foreign/read.ts'
import { unreadable } from './bytes.ts'
import type { InputFile } from './files.ts'
import type { ReadOptions } from './read-options.ts'
import type { BadRow, RawRow } from '../rows.ts'

/** The rows of a Parquet file. Throws a RunError of one line when the file cannot be read. */
export async function* readParquet(
  file: InputFile,
  { columns, limit }: ReadOptions = {},
): AsyncGenerator<RawRow | BadRow> {
  try {
    yield* placedRows(readForeignParquet(file.path, file.label, { columns, limit }), file)
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** Rows with their places; one with a value that is not what its column says is a bad row. */
export async function* placedRows(
  rows: AsyncIterable<ForeignRow>,
  { label, name }: Pick<InputFile, 'label' | 'name'>,
): AsyncGenerator<RawRow | BadRow> {
  let number = 0
  for await (const { row, fault } of rows) {
    number += 1
    const position = `${label} row ${number}`
    if (fault === undefined) yield { row, position, file: name, number }
    else yield { position, reason: 'bad_value', message: `${fault}; mend the file` }
  }
}
