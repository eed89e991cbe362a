import { execFile } from 'node:child_process'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { getChunks, hashToHex } from '@huggingface/xetchunk-wasm'
import type { ParquetChunks } from '../store/parquet/group-writer.ts'
import { openParquet } from '../store/parquet/row-writer.ts'
import { edits } from './parquet/edits.ts'
import { TraceRow, traceRows, writeLines } from './parquet/rows.ts'

/*
 * How much of a Parquet file has the Hub already when one row in a hundred has changed? The file before and the file after
 * are cut by the Hub's own chunker, and the bytes of the second that are in pieces of the first are counted. Beside
 * pyarrow's pages by content and its plain ones, over the same rows in the same run.
 * Usage: node bench/chunks.ts [--rows 6000] [--python PATH]
 */

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '6000' }, python: { type: 'string' } },
})

type Write = (rows: readonly TraceRow[], out: string) => Promise<void>

const folder = await mkdtemp(join(tmpdir(), 'twinstill-chunks-'))
const writers: Record<string, Write> = {
  'ours, by content': (rows, out) => ours(rows, out, 'content'),
  'ours, plain': (rows, out) => ours(rows, out, 'plain'),
  ...(values.python !== undefined && {
    'pyarrow, by content': (rows, out) => pyarrow(rows, out, 'table by content'),
    'pyarrow, plain': (rows, out) => pyarrow(rows, out, 'table'),
  }),
}
try {
  const before = [...traceRows(Number(values.rows))]
  const names = Object.keys(edits)
  process.stdout.write(
    `${'share of bytes found again'.padEnd(22)} file MB ${names.map((name) => name.padStart(24)).join('')}\n`,
  )
  for (const [writer, write] of Object.entries(writers)) {
    const known = await chunksOf(write, before)
    const size = [...known.values()].reduce((sum, length) => sum + length, 0)
    const shares = []
    for (const edit of Object.values(edits)) {
      const after = await chunksOf(write, edit(before))
      let [all, again] = [0, 0]
      for (const [hash, length] of after) {
        all += length
        if (known.has(hash)) again += length
      }
      shares.push(`${((100 * again) / all).toFixed(1)} %`.padStart(24))
    }
    process.stdout.write(`${writer.padEnd(22)} ${(size / 1e6).toFixed(1).padStart(7)} ${shares.join('')}\n`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The pieces of a file with their sizes. */
async function chunksOf(write: Write, rows: readonly TraceRow[]): Promise<Map<string, number>> {
  const path = join(folder, 'rows.parquet')
  await write(rows, path)
  const chunks = getChunks(await readFile(path))
  return new Map(chunks.map(({ hash, length }) => [hashToHex(hash), length]))
}

async function ours(rows: readonly TraceRow[], out: string, chunks: ParquetChunks): Promise<void> {
  const handle = await open(out, 'w+')
  const file = openParquet(handle, { path: out, schema: TraceRow, idColumns: ['id'], chunks })
  for (const row of rows) await file.add(row)
  await file.finish()
  await handle.close()
}

async function pyarrow(rows: readonly TraceRow[], out: string, way: string): Promise<void> {
  const lines = join(folder, 'rows.jsonl')
  await writeLines(lines, rows)
  const script = fileURLToPath(new URL('parquet/write_peers.py', import.meta.url))
  await promisify(execFile)(values.python!, [script, way, lines, out])
}
