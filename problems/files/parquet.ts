import { readParquetRows } from '../../store/parquet/read.ts'
import { unreadable } from './bytes.ts'
import type { InputFile } from './files.ts'
import type { RawRow } from '../rows.ts'

/** The rows of a Parquet file. Throws a RunError of one line when the file cannot be read. */
export async function* readParquet(file: InputFile): AsyncGenerator<RawRow> {
  let number = 0
  try {
    for await (const row of readParquetRows(file.path)) {
      number += 1
      yield { row, position: `${file.label} row ${number}`, file: file.name, number }
    }
  } catch (error) {
    throw unreadable(file, error)
  }
}
