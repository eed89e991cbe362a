import { Readable } from 'node:stream'
import { readCsv } from '../files/csv.ts'
import { type InputFile, knownFormat } from '../files/files.ts'
import { readJsonl } from '../files/jsonl.ts'
import { type BadRow, isBadRow, type RawRow } from '../rows.ts'
import { downloadFile } from '../../hub/read/download.ts'
import type { RangeContext } from '../../hub/read/ranges.ts'
import type { ColumnChoice } from '../../hub/read/reference.ts'
import type { HubFile } from '../../hub/read/repository.ts'

/** The rows of a JSON Lines or CSV file of the Hub, which is loaded whole first. */
export async function* readTextFile(
  file: HubFile,
  context: RangeContext & { label: string; repo: string },
  columns: ColumnChoice | undefined,
): AsyncGenerator<RawRow | BadRow> {
  if (file.size === 0) return
  const { label, repo } = context
  const { format, compression } = knownFormat(file.path)!
  const input: InputFile = {
    path: await downloadFile(file, context),
    label,
    name: repo,
    format,
    compression,
  }
  const nothing = Readable.from([])
  for await (const row of format === 'csv'
    ? readCsv(input, nothing, { warn: context.note })
    : readJsonl(input, nothing, { numbers: 'texts' })) {
    yield isBadRow(row) || columns === undefined ? row : { ...row, row: picked(row.row, columns) }
  }
}

function picked(row: RawRow['row'], columns: ColumnChoice): RawRow['row'] {
  const names = typeof columns === 'function' ? columns(Object.keys(row)) : columns
  return Object.fromEntries(names.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]))
}
