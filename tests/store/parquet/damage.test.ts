import { execFile } from 'node:child_process'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readForeignParquet } from '../../../store/parquet/foreign/read.ts'
import { readParquetMetadata, readParquetRows } from '../../../store/parquet/read.ts'
import { writeParquet } from '../../../store/parquet/write.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/* The chaos suite asks for more: FLIPS=10000 in all. */
const flips = Number(process.env['FLIPS'] ?? 0)

const flipper = fileURLToPath(new URL('../../support/flip-parquet.ts', import.meta.url))
const written = fileURLToPath(new URL('written', import.meta.url))

const Seen = z.object({
  refused: z.number(),
  unharmed: z.number(),
  changed: z.number(),
  stacks: z.number(),
  others: z.array(z.string()),
  slowest_ms: z.number(),
  peak_mb: z.number(),
})

/** A hang or a crash is an error here: a minute is a hundred times what a good run takes. */
async function flipped(how: 'own' | 'foreign', file: string, count: number): Promise<z.infer<typeof Seen>> {
  const { stdout } = await promisify(execFile)(process.execPath, [flipper, how, file, String(count), '7'], {
    timeout: 60_000 + count * 100,
    killSignal: 'SIGKILL',
  })
  return Seen.parse(JSON.parse(stdout))
}

const Row = z.strictObject({
  id: z.string(),
  text: z.string().nullable(),
  n: z.int(),
  tags: z.array(z.string()),
  inner: z.strictObject({ x: z.number(), ok: z.boolean() }),
})
const rows = Array.from({ length: 50 }, (_, index) => ({
  id: `id-${index}`,
  text: index % 7 === 3 ? null : `the answer ${'is '.repeat(index % 20)}${index}`,
  n: index,
  tags: Array.from({ length: index % 3 }, (_each, tag) => `t${tag}`),
  inner: { x: index / 4, ok: index % 2 === 0 },
}))
const write = (path: string, sealed: boolean) =>
  writeParquet({ path, schema: Row, rows, rowGroupRows: 25, sealed })

test('of every bit flip in a part, none is read as other rows, hangs or ends the process', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'part.parquet')
  await write(path, true)
  const seen = await flipped('own', path, flips > 0 ? flips / 2 : 400)
  console.log(`our own, sealed: ${JSON.stringify(seen)}`)
  // Nothing but the letters at the very beginning of a file is read by nobody.
  expect(seen).toMatchObject({ changed: 0, stacks: 0 })
})

test('a flip in the counts of a part is seen where its footer alone is read', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'part.parquet')
  const counts = '{"answered":41}'
  await writeParquet({ path, schema: Row, rows, sealed: true, metadata: { 'twinstill.counts': counts } })
  expect((await readParquetMetadata(path)).keyValue['twinstill.counts']).toBe(counts)
  const bytes = await readFile(path)
  bytes[bytes.lastIndexOf('41}')]! ^= 1
  await writeFile(path, bytes)
  await expect(readParquetMetadata(path)).rejects.toThrow('the checksum of its footer does not hold')
})

const names = (await readdir(written)).filter((name) => name.endsWith('.parquet'))

test.each(names)('%s: no flip hangs, ends the process or shows a stack trace', async (name) => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, name)
  await copyFile(join(written, name), path)
  const seen = await flipped('foreign', path, flips > 0 ? Math.ceil(flips / 2 / names.length) : 60)
  console.log(`${name}: ${JSON.stringify(seen)}`)
  expect(seen).toMatchObject({ stacks: 0, others: [] })
  // Only a checksum can tell a letter that is another one; with one, a footer alone may still say something else.
  if (name.includes('crc')) expect(seen.changed).toBeLessThanOrEqual(seen.refused / 100 + 1)
  expect(seen.peak_mb).toBeLessThan(500)
})

test('a file without checksums of ours is read as it was, and refused where it is damaged', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'shard.parquet')
  await write(path, false)
  const read: unknown[] = []
  for await (const row of readParquetRows(path)) read.push(row)
  expect(read).toEqual(rows)
  const seen = await flipped('own', path, 100)
  console.log(`our own, not sealed: ${JSON.stringify(seen)}`)
  expect(seen).toMatchObject({ stacks: 0 })
})

test.each(names)('%s has the same rows as the others that have its columns', async (name) => {
  const questions: unknown[] = []
  for await (const { row, fault } of readForeignParquet(join(written, name), name, {})) {
    expect(fault).toBeUndefined()
    questions.push([row['question'], row['answer'], row['n'], row['x'], row['ok']])
  }
  expect(questions).toHaveLength(40)
  expect(questions[4]).toEqual(['What is 4 + 28? Give a number.', null, 4000, 0.5, false])
  expect(questions[39]).toEqual(['What is 39 + 273? Give a number.', '312', 39_000, 4.875, true])
})
