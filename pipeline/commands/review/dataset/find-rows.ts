import { sha256 } from '../../../../schemas/canonical.ts'
import { readParquetRows } from '../../../../store/parquet/read.ts'

/** A file of the dataset with its number of rows. Rows stand in the order of their ids, over all files. */
export type PairsFile = {
  path: string
  rows: number
  /** @throws RunError where it is not the file that was written; asked before its rows are read */
  check: () => Promise<void>
}

type Row = Record<string, unknown>

/** So many rows drawn by a seed: the same ones for the same seed and dataset. Reads no other row. */
export async function drawRows(
  files: readonly PairsFile[],
  { count, seed }: { count: number; seed: number },
): Promise<Row[]> {
  const total = files.reduce((sum, file) => sum + file.rows, 0)
  const places = new Set<number>()
  for (let draw = 0; places.size < Math.min(count, total); draw++)
    places.add(Number.parseInt(sha256(`${seed} ${draw}`).slice(0, 12), 16) % total)
  const rows: Row[] = []
  for (const place of places) {
    const row = await rowAt(files, place)
    if (row) rows.push(row)
  }
  return rows
}

/** The first row whose id begins with a text, by halving: a page of ids for each step, however many rows there are. */
export async function rowById(files: readonly PairsFile[], id: string): Promise<Row | undefined> {
  let low = 0
  let high = files.reduce((sum, file) => sum + file.rows, 0)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const key = (await rowAt(files, middle, ['pair_id']))?.['pair_id']
    if (String(key) < id) low = middle + 1
    else high = middle
  }
  const row = await rowAt(files, low)
  return row && String(row['pair_id']).startsWith(id) ? row : undefined
}

async function rowAt(
  files: readonly PairsFile[],
  place: number,
  columns?: readonly string[],
): Promise<Row | undefined> {
  let before = 0
  for (const { path, rows, check } of files) {
    const rowStart = place - before
    before += rows
    if (rowStart >= rows) continue
    await check()
    const only = { rowStart, rowEnd: rowStart + 1, ...(columns && { columns }) }
    for await (const row of readParquetRows(path, only)) return row
  }
  return undefined
}
