import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { expect, test } from 'vitest'
import { readParquetRows } from '../../../store/parquet/read.ts'
import { openParquet } from '../../../store/parquet/row-writer.ts'
import { TraceRow, traceRow } from '../../../bench/parquet/rows.ts'
import { RunError } from '../../../schemas/errors.ts'
import { temporaryFolder } from '../../output/temporary-folder.ts'

async function shard(count: number): Promise<string> {
  const path = join(await temporaryFolder(), 'shard.parquet')
  const handle = await open(path, 'w+')
  const file = openParquet(handle, { path, schema: TraceRow, idColumns: ['id'], chunks: 'content' })
  for (let index = 0; index < count; index++) await file.add(traceRow(index))
  await file.finish()
  await handle.close()
  return path
}

async function rowAt(path: string, place: number): Promise<unknown> {
  const [row] = await Array.fromAsync(readParquetRows(path, { rowStart: place, rowEnd: place + 1 }))
  return row
}

/** Bytes that this process has asked the kernel for. */
async function bytesRead(): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8'))![1])
}

test.skipIf(process.platform !== 'linux')(
  'five rows from anywhere in a shard are read with what they take, not with the row groups around them',
  async () => {
    const path = await shard(2500)
    const size = (await readFile(path)).length
    expect(size).toBeGreaterThan(15e6)
    const before = await bytesRead()
    const rows = []
    for (const place of [3, 700, 1234, 1900, 2499]) rows.push(await rowAt(path, place))
    expect((await bytesRead()) - before).toBeLessThan(6e6)
    expect(rows).toEqual([3, 700, 1234, 1900, 2499].map((place) => traceRow(place)))
  },
)

test('an index of pages that was harmed gives no other rows', async () => {
  const path = await shard(300)
  const bytes = await readFile(path)
  const places = parquetMetadata(bytes).row_groups.flatMap(({ columns }) =>
    columns.flatMap(({ offset_index_offset: from, offset_index_length: length }) =>
      Array.from({ length: length! }, (_, at) => Number(from) + at),
    ),
  )
  const harmed = join(await temporaryFolder(), 'harmed.parquet')
  let refused = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.nat(7), fc.nat(299), async (at, bit, place) => {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 1 << bit
      await writeFile(harmed, copy)
      try {
        expect(await rowAt(harmed, place)).toEqual(traceRow(place))
      } catch (error) {
        if (!(error instanceof RunError)) throw error
        expect(error.message).toMatch(/^cannot read [^\n]+$/)
        refused += 1
      }
    }),
    { numRuns: 150 },
  )
  expect(refused).toBeGreaterThan(50)
})
