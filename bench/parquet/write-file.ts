import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { constants, zstdCompressSync } from 'node:zlib'
import { parseArgs } from 'node:util'
import type { ParquetChunks, ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { openParquet } from '../../store/parquet/row-writer.ts'
import { TraceRow } from './rows.ts'

/*
 * One process, one way of writing the rows of a JSONL file, and what it took as one line of JSON. `read` only reads and
 * parses them. `floor` compresses the bytes of all their texts in pieces of 1 MiB with the same zstd level, and counts the
 * compression alone: no file of this compression can cost less.
 */

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    out: { type: 'string' },
    as: { type: 'string', default: 'read' },
    chunks: { type: 'string' },
    times: { type: 'string', default: '1' },
  },
})

const means: Record<string, () => Promise<number | undefined>> = {
  async read() {
    for await (const row of rows()) void row
    return undefined
  },
  floor,
  'hyparquet-writer': () => write('hyparquet-writer'),
  'parquetjs-lite': () => write('parquetjs-lite'),
}

const compressing = (await means[values.as]!()) ?? seconds()
process.stdout.write(
  `${JSON.stringify({ cpu_s: compressing, peak_mb: process.resourceUsage().maxRSS / 1024 })}\n`,
)

/** The rows, several times over with ids of their own where memory is to be seen over more of them. */
async function* rows(): AsyncGenerator<TraceRow> {
  for (let time = 0; time < Number(values.times); time++)
    for await (const line of createInterface({
      input: createReadStream(values.rows!),
      crlfDelay: Infinity,
    })) {
      const row = JSON.parse(line) as TraceRow
      if (time > 0) row.id = `${row.id}-${time}`
      yield row
    }
}

async function write(library: ParquetLibrary): Promise<undefined> {
  const handle = await open(values.out!, 'w+')
  const chunks = values.chunks as ParquetChunks | undefined
  const file = openParquet(handle, {
    path: values.out!,
    schema: TraceRow,
    library,
    idColumns: ['id'],
    ...(chunks && { chunks }),
  })
  for await (const row of rows()) await file.add(row)
  await file.finish()
  await handle.sync()
  await handle.close()
}

async function floor(): Promise<number> {
  const piece = Buffer.alloc(2 ** 20)
  const params = { [constants.ZSTD_c_compressionLevel]: 3 }
  let filled = 0
  let spent = 0
  const compress = (): void => {
    const before = seconds()
    zstdCompressSync(piece.subarray(0, filled), { params })
    spent += seconds() - before
    filled = 0
  }
  for await (const row of rows())
    for (const text of textsOf(row)) {
      const bytes = Buffer.from(text)
      for (let from = 0; from < bytes.length;) {
        const copied = bytes.copy(piece, filled, from)
        filled += copied
        from += copied
        if (filled === piece.length) compress()
      }
    }
  compress()
  return spent
}

function textsOf(row: TraceRow): string[] {
  return [
    row.reasoning,
    row.answer,
    ...row.messages.map(({ content }) => content),
    row.id,
    row.pair_id,
    row.source,
  ]
}

function seconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
