import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readParquetMetadata, readParquetRows } from '../store/parquet/read.ts'
import { openParquet } from '../store/parquet/row-writer.ts'
import { TraceRow, traceRows } from './parquet/rows.ts'

/*
 * Five rows from anywhere in a large shard, by their numbers, as a sample reads them: what is read of the file (the bytes that
 * the kernel counts for this process, on Linux), and how long it takes.
 * Usage: node bench/read-rows.ts [--rows 75000] [--draws 5]
 */

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '75000' }, draws: { type: 'string', default: '5' } },
})

const rows = Number(values.rows)
const folder = await mkdtemp(join(tmpdir(), 'twinstill-read-rows-'))
try {
  const path = join(folder, 'shard.parquet')
  const handle = await open(path, 'w+')
  const file = openParquet(handle, { path, schema: TraceRow, idColumns: ['id'], chunks: 'content' })
  for (const row of traceRows(rows)) await file.add(row)
  await file.finish()
  await handle.close()
  const { rowGroups } = await readParquetMetadata(path)
  process.stdout.write(
    `${rows} rows, ${((await stat(path)).size / 1e6).toFixed(0)} MB, ${rowGroups.length} row groups\n`,
  )
  for (let draw = 0; draw < Number(values.draws); draw++) {
    const places = Array.from(
      { length: 5 },
      (_, index) => (Math.imul(draw * 5 + index + 1, 2_654_435_761) >>> 0) % rows,
    )
    const [before, start] = [await bytesRead(), performance.now()]
    for (const rowStart of places)
      for await (const row of readParquetRows(path, { rowStart, rowEnd: rowStart + 1 })) void row
    const [after, end] = [await bytesRead(), performance.now()]
    process.stdout.write(
      `five rows: ${((after - before) / 1e6).toFixed(1)} MB read, ${(end - start).toFixed(0)} ms\n`,
    )
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function bytesRead(): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8'))![1])
}
