import { createHash, randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openColumnDigest } from '../../../store/parquet/column-digest.ts'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import { readParquetMetadata, readParquetRows } from '../../../store/parquet/read.ts'
import type { ParquetLibrary } from '../../../store/parquet/group-writer.ts'
import { writeParquet } from '../../../store/parquet/write.ts'
import { RunError, UsageError } from '../../../schemas/errors.ts'
import { EdgeRow, edgeRows, stored } from '../../output/edge-rows.ts'
import { temporaryFolder } from '../../output/temporary-folder.ts'

const Small = z.strictObject({ id: z.string().min(1), n: z.int(), text: z.string() })

function smallRows(count: number, text = 'x'): z.infer<typeof Small>[] {
  return Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, n: index, text }))
}

function* brokenRows(): Generator<z.infer<typeof Small>> {
  yield* smallRows(2000)
  throw new Error('the source broke')
}

async function readAll(path: string): Promise<Record<string, unknown>[]> {
  return Array.fromAsync(readParquetRows(path))
}

const libraries: ParquetLibrary[] = ['hyparquet-writer', 'parquetjs-lite']

describe.each(libraries)('a file written by %s', (library) => {
  test('reads back to the rows, at the ends of what every column can hold', async () => {
    const path = join(await temporaryFolder(), 'edge.parquet')
    const rows = edgeRows(1500)
    const written = await writeParquet({ path, schema: EdgeRow, rows, idColumns: ['id'], library })
    expect(written.rows).toBe(1500)
    expect(await readAll(path)).toEqual(rows.map(stored))
  })

  test('reads back to any rows', async () => {
    const folder = await temporaryFolder()
    const Any = z.strictObject({
      text: z.string(),
      number: z.number().nullable(),
      list: z.array(z.strictObject({ a: z.string().nullable(), b: z.boolean() })).nullable(),
    })
    const string = fc.string({ unit: 'binary', maxLength: 8 })
    const row = fc.record({
      text: string,
      number: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      list: fc.option(fc.array(fc.record({ a: fc.option(string), b: fc.boolean() }), { maxLength: 4 })),
    })
    let file = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, rowGroupRows) => {
          const path = join(folder, `${file++}.parquet`)
          await writeParquet({ path, schema: Any, rows, rowGroupRows, library })
          expect(await readAll(path)).toEqual(rows)
        },
      ),
      // Shrinking takes minutes here, and the seed says it all.
      { numRuns: 60, endOnFailure: true, examples: [[[], 1]] },
    )
  })

  test('has the same bytes for the same rows, and the size, hash and digest that are reported', async () => {
    const folder = await temporaryFolder()
    const written = await Promise.all(
      ['a', 'b'].map((name) =>
        writeParquet({
          path: join(folder, name),
          schema: EdgeRow,
          rows: edgeRows(300),
          idColumns: ['id'],
          library,
        }),
      ),
    )
    const bytes = await readFile(join(folder, 'a'))
    expect(written[1]).toEqual(written[0])
    expect(bytes.equals(await readFile(join(folder, 'b')))).toBe(true)
    expect(written[0]).toMatchObject({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    const schema = arrowSchema(EdgeRow)
    const digest = openColumnDigest(schema)
    const rows = edgeRows(300).map(stored)
    for (const { name } of schema.fields)
      digest.add(
        name,
        rows.map((row) => row[name as keyof typeof row]),
      )
    expect(written[0]!.digest).toBe(digest.hex())
  })

  test('has the same digest whatever its row groups', async () => {
    const folder = await temporaryFolder()
    const one = await writeParquet({ path: join(folder, 'one'), schema: Small, rows: smallRows(50), library })
    const many = await writeParquet({
      path: join(folder, 'many'),
      schema: Small,
      rows: smallRows(50),
      rowGroupRows: 7,
      library,
    })
    expect(many.digest).toBe(one.digest)
    expect(many.sha256).not.toBe(one.sha256)
  })

  test('can be empty', async () => {
    const path = join(await temporaryFolder(), 'empty.parquet')
    expect(await writeParquet({ path, schema: Small, rows: [], library })).toMatchObject({ rows: 0 })
    expect(await readAll(path)).toEqual([])
    expect((await readParquetMetadata(path)).columns.map((column) => column.name)).toEqual([
      'id',
      'n',
      'text',
    ])
  })
})

describe('a written file', () => {
  test('carries metadata that is known only when all rows are written', async () => {
    const path = join(await temporaryFolder(), 'metadata.parquet')
    const { digest } = await writeParquet({
      path,
      schema: Small,
      rows: smallRows(3),
      metadata: (content) => ({
        'made.rows': String(content.rows),
        'made.digest': content.digest,
        'a.text': 'é "quoted"',
      }),
    })
    expect((await readParquetMetadata(path)).keyValue).toEqual({
      'a.text': 'é "quoted"',
      'made.digest': digest,
      'made.rows': '3',
      'twinstill.digest': digest,
    })
  })

  test('has row groups that stay below the bytes and the rows allowed', async () => {
    const folder = await temporaryFolder()
    await writeParquet({
      path: join(folder, 'bytes'),
      schema: Small,
      rows: smallRows(40, 'y'.repeat(1000)),
      rowGroupBytes: 10_500,
    })
    await writeParquet({ path: join(folder, 'rows'), schema: Small, rows: smallRows(2500) })
    const bytes = (await readParquetMetadata(join(folder, 'bytes'))).rowGroups
    expect(bytes.map((group) => group.rows)).toEqual([10, 10, 10, 10])
    expect((await readParquetMetadata(join(folder, 'rows'))).rowGroups.map((group) => group.rows)).toEqual([
      1024, 1024, 452,
    ])
  })

  test('helps readers to find rows by id, and keeps bounds of long texts out of its footer', async () => {
    const path = join(await temporaryFolder(), 'index.parquet')
    const rows = smallRows(600, 'long '.repeat(1000))
    await writeParquet({ path, schema: Small, rows, idColumns: ['id'] })
    const { row_groups: groups } = parquetMetadata(await readFile(path))
    const [id, n, text] = groups[0]!.columns
    expect(id!.meta_data).toMatchObject({
      codec: 'ZSTD',
      statistics: { min_value: 'id-0', max_value: 'id-99' },
    })
    expect(id!.meta_data!.bloom_filter_length).toBeGreaterThan(0)
    expect(n!.meta_data!.statistics).toMatchObject({ min_value: 0, max_value: 599 })
    expect(n!.meta_data!.bloom_filter_length).toBeUndefined()
    expect(text!.meta_data!.statistics).toBeUndefined()
  })

  test('has an index of the pages of long texts, and of the bounds of ids that need many pages', async () => {
    const path = join(await temporaryFolder(), 'pages.parquet')
    const rows = Array.from({ length: 100 }, (_, index) => ({
      id: String(index).padStart(30_000, '0'),
      n: index,
      text: `${index} `.repeat(10_000),
    }))
    await writeParquet({ path, schema: Small, rows, idColumns: ['id'] })
    const [id, n, text] = parquetMetadata(await readFile(path)).row_groups[0]!.columns
    expect(id!.column_index_length).toBeGreaterThan(0)
    expect(text!.offset_index_length).toBeGreaterThan(0)
    expect(text!.column_index_length).toBeUndefined()
    expect(n!.offset_index_length).toBeUndefined()
  })

  test('is on disk but for its last row group while rows are still coming', async () => {
    const folder = await temporaryFolder()
    const groups = 20
    let early = 0
    async function* rows(): AsyncGenerator<z.infer<typeof Small>> {
      for (let index = 0; index < groups * 10; index++) {
        if (index === groups * 10 - 1) {
          const [temporary] = await readdir(folder)
          early = (await stat(join(folder, temporary!))).size
        }
        yield { id: `id-${index}`, n: index, text: randomBytes(5000).toString('hex') }
      }
    }
    const path = join(folder, 'stream.parquet')
    const { bytes } = await writeParquet({ path, schema: Small, rows: rows(), rowGroupRows: 10 })
    expect(early).toBeGreaterThan((0.99 * bytes * (groups - 1)) / groups)
    expect(early).toBeLessThan(bytes)
  })
})

describe('a row that does not fit', () => {
  const good = { id: 'a', n: 1, text: 'x' }
  test.each<[string, unknown, string]>([
    ['a wrong type', { ...good, n: '1' }, 'row 1, column n: Invalid input: expected number'],
    ['a fraction', { ...good, n: 1.5 }, 'row 1, column n: Invalid input: expected int'],
    ['too large a number', { ...good, n: 2 ** 31 }, 'row 1, column n: 2147483648 does not fit 32 bits'],
    ['a null', { ...good, text: null }, 'row 1, column text: Invalid input: expected string'],
    ['a missing member', { id: 'a', n: 1 }, 'row 1, column text: Invalid input: expected string'],
    ['one member too many', { ...good, more: 1 }, 'row 1, column (row): Unrecognized key: "more"'],
    ['a broken rule', { ...good, id: '' }, 'row 1, column id: Too small'],
    ['no row at all', 'text', 'row 1, column (row): Invalid input: expected object'],
  ])('with %s is an error that names row and column, and no file is left', async (_what, row, message) => {
    const folder = await temporaryFolder()
    const rows = [good, row as typeof good]
    const writing = writeParquet({ path: join(folder, 'bad.parquet'), schema: Small, rows })
    await expect(writing).rejects.toThrow(RunError)
    await expect(writing).rejects.toThrow(message)
    expect(await readdir(folder)).toEqual([])
  })

  test('in a nested column is named by its path', async () => {
    const rows = edgeRows(2)
    rows[1]!.messages = [{ role: 'user', content: 7 as unknown as string }]
    const writing = writeParquet({ path: join(await temporaryFolder(), 'bad'), schema: EdgeRow, rows })
    await expect(writing).rejects.toThrow('row 1, column messages.0.content: Invalid input')
  })
})

describe('a file that cannot be written', () => {
  test('stays as it was when it exists, unless it is to be replaced', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'kept.parquet')
    await writeFile(path, 'older')
    await expect(writeParquet({ path, schema: Small, rows: smallRows(1) })).rejects.toThrow(
      `cannot write ${path}: the file exists`,
    )
    expect(await readFile(path, 'utf8')).toBe('older')
    await writeParquet({ path, schema: Small, rows: smallRows(1), replace: true })
    expect(await readAll(path)).toEqual(smallRows(1))
    expect(await readdir(folder)).toEqual(['kept.parquet'])
  })

  test('is written by one of two writers that start together', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'raced.parquet')
    const results = await Promise.allSettled(
      [1, 2].map((count) => writeParquet({ path, schema: Small, rows: smallRows(count) })),
    )
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const winner = results.findIndex((result) => result.status === 'fulfilled')
    expect(await readAll(path)).toEqual(smallRows(winner + 1))
    expect(await readdir(folder)).toEqual(['raced.parquet'])
  })

  test('leaves nothing behind when its rows end in an error', async () => {
    const folder = await temporaryFolder()
    await expect(
      writeParquet({ path: join(folder, 'f'), schema: Small, rows: brokenRows() }),
    ).rejects.toThrow('the source broke')
    expect(await readdir(folder)).toEqual([])
  })

  test('names a folder that is not there', async () => {
    const path = join(await temporaryFolder(), 'nowhere', 'f')
    await expect(writeParquet({ path, schema: Small, rows: [] })).rejects.toThrow(
      `cannot write ${path}: the folder does not exist`,
    )
  })

  test('says so in one line and leaves nothing behind when the disk is full', async () => {
    const folder = await temporaryFolder()
    // A small file system of our own needs a user namespace, which some machines forbid.
    const mounted = spawnSync('unshare', [
      '-rm',
      'sh',
      '-c',
      'mount -t tmpfs -o size=256k none "$0" && exec "$@"',
      folder,
      'true',
    ])
    const command = [
      process.execPath,
      resolve('tests/store/parquet/write-random.ts'),
      join(folder, 'full.parquet'),
    ]
    const script = 'mount -t tmpfs -o size=256k none "$0" && "$@"; ls -A "$0"'
    const limited = 'ulimit -f 128; trap "" XFSZ; "$@"; ls -A "$0"'
    const full =
      mounted.status === 0
        ? spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, ...command], { encoding: 'utf8' })
        : spawnSync('sh', ['-c', limited, folder, ...command], { encoding: 'utf8' })
    expect(full.stdout).toBe('')
    expect(full.stderr).toMatch(/^cannot write \S+full\.parquet: .+; .+ \((ENOSPC|EFBIG)\)\n$/)
  })

  test.each([
    [{ rowGroupBytes: 0 }, 'rowGroupBytes is 0'],
    [{ rowGroupBytes: 200_000_000 }, 'rowGroupBytes is 200000000'],
    [{ rowGroupRows: 1.5 }, 'rowGroupRows is 1.5'],
    [{ idColumns: ['n' as const] }, 'the id column n is not a string column'],
  ])('refuses the options %o', async (options, message) => {
    const writing = writeParquet({ path: 'unused', schema: Small, rows: [], ...options })
    await expect(writing).rejects.toThrow(UsageError)
    await expect(writing).rejects.toThrow(message)
  })
})
