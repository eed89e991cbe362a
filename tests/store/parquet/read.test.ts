import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decompressors } from '../../../store/parquet/decompress.ts'
import { readParquetMetadata, readParquetRows } from '../../../store/parquet/read.ts'
import { writeParquet } from '../../../store/parquet/write.ts'
import { RunError } from '../../../schemas/errors.ts'
import { EdgeRow, edgeRows, stored } from '../../output/edge-rows.ts'
import { temporaryFolder } from '../../output/temporary-folder.ts'

async function edgeFile(rows: number): Promise<string> {
  const path = join(await temporaryFolder(), 'edge.parquet')
  await writeParquet({ path, schema: EdgeRow, rows: edgeRows(rows), idColumns: ['id'], rowGroupRows: 40 })
  return path
}

async function readFirst(path: string): Promise<unknown> {
  return readParquetRows(path).next()
}

describe('reading rows', () => {
  test('gives any range of them', async () => {
    const path = await edgeFile(130)
    const all = edgeRows(130).map(stored)
    await fc.assert(
      fc.asyncProperty(fc.nat(140), fc.nat(140), async (rowStart, rowEnd) => {
        const rows = await Array.fromAsync(readParquetRows(path, { rowStart, rowEnd }))
        expect(rows).toEqual(all.slice(rowStart, rowEnd))
      }),
      { numRuns: 30 },
    )
  })

  test('gives rows from the middle of a group of many pages', async () => {
    const path = join(await temporaryFolder(), 'pages.parquet')
    const schema = z.strictObject({ id: z.string(), text: z.string(), list: z.array(z.string()) })
    const rows = Array.from({ length: 300 }, (_, index) => ({
      id: String(index),
      text: `${index}`.repeat(20_000),
      list: Array.from({ length: index % 4 }, () => `${index}`.repeat(5000)),
    }))
    await writeParquet({ path, schema, rows })
    expect((await readParquetMetadata(path)).rowGroups).toHaveLength(1)
    expect(await Array.fromAsync(readParquetRows(path, { rowStart: 211, rowEnd: 213 }))).toEqual(
      rows.slice(211, 213),
    )
  })

  test('gives the columns that are asked for', async () => {
    const rows = await Array.fromAsync(
      readParquetRows(await edgeFile(3), { columns: ['maybe_struct', 'id'] }),
    )
    expect(rows).toEqual(
      edgeRows(3)
        .map(stored)
        .map(({ id, maybe_struct }) => ({ id, maybe_struct })),
    )
  })

  test('checks the columns by the schema that declares them', async () => {
    const path = await edgeFile(3)
    const read = (declared: z.ZodObject): Promise<unknown[]> =>
      Array.fromAsync(readParquetRows(path, { columns: ['id', 'small'], declared }))
    expect(await read(EdgeRow)).toHaveLength(3)
    const other = EdgeRow.extend({ small: z.int().nullable() })
    await expect(read(other)).rejects.toThrow(
      `cannot read ${path}: its column small is required int32 where optional int32 is due`,
    )
    await expect(read(z.object({ small: z.int() }))).rejects.toThrow(
      `cannot read ${path}: its column id is required string where nothing is due`,
    )
  })

  test.skipIf(process.platform !== 'linux')('closes the file when the reader stops early', async () => {
    const path = await edgeFile(130)
    const before = (await readdir('/proc/self/fd')).length
    for (let round = 0; round < 50; round++) {
      const rows = readParquetRows(path, { columns: ['flag'] })
      await rows.next()
      await rows.return(undefined)
    }
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 25)
  })

  test('takes enumerations for texts and leaves bytes that nobody called a text as they are', async () => {
    const path = join(await temporaryFolder(), 'bytes.parquet')
    const bytes = Uint8Array.of(0xff, 0x00, 0xc3)
    const file = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'kind', type: 'BYTE_ARRAY', converted_type: 'ENUM', repetition_type: 'REQUIRED' },
        { name: 'raw', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'kind', data: ['é', 'b'] },
        { name: 'raw', data: [bytes, null] },
      ],
    })
    await writeFile(path, new Uint8Array(file))
    expect((await readParquetMetadata(path)).columns.map((column) => column.type)).toEqual([
      'string',
      'binary',
    ])
    const rows = await Array.fromAsync(readParquetRows(path))
    expect(rows).toEqual([
      { kind: 'é', raw: bytes },
      { kind: 'b', raw: null },
    ])
  })

  test('names a column that is not there', async () => {
    const path = await edgeFile(3)
    await expect(Array.fromAsync(readParquetRows(path, { columns: ['nothing'] }))).rejects.toThrow(RunError)
    await expect(Array.fromAsync(readParquetRows(path, { columns: ['nothing'] }))).rejects.toThrow(/nothing/)
  })
})

describe('a damaged file', () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ['empty', (path) => truncate(path, 0)],
    ['three bytes', (path) => truncate(path, 3)],
    ['its first half', async (path) => truncate(path, Math.floor((await readFile(path)).length / 2))],
    ['something else', (path) => writeFile(path, 'id,text\n1,x\n')],
    ['without its footer', async (path) => truncate(path, (await readFile(path)).length - 8)],
  ])('that is %s is one line with its path', async (_what, damage) => {
    const path = await edgeFile(50)
    await damage(path)
    for (const read of [readParquetMetadata, readFirst]) {
      const error = await read(path).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(RunError)
      expect((error as Error).message).toMatch(/^cannot read .+edge\.parquet: .+$/)
    }
  })

  test('is noticed wherever a byte of its pages is changed', async () => {
    const path = join(await temporaryFolder(), 'flipped.parquet')
    const schema = z.strictObject({ text: z.string() })
    await writeParquet({ path, schema, rows: [{ text: 'abc'.repeat(500) }, { text: 'b' }] })
    const bytes = await readFile(path)
    const { rowGroups } = await readParquetMetadata(path)
    expect(rowGroups).toHaveLength(1)
    const magic = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))
    expect(magic).toBeGreaterThan(0)
    const damaged = Buffer.from(bytes)
    damaged[magic + 20]! ^= 0x10
    await writeFile(path, damaged)
    await expect(Array.fromAsync(readParquetRows(path))).rejects.toThrow(`cannot read ${path}: `)
  })

  test('that is missing is told apart', async () => {
    const path = join(await temporaryFolder(), 'missing.parquet')
    await expect(readParquetMetadata(path)).rejects.toThrow(`cannot read ${path}: there is no such file`)
  })
})

test('a page of several zstd frames is decompressed whole', () => {
  const frames = ['first frame', ' and second', ''].map((text) => zstdCompressSync(Buffer.from(text)))
  const whole = decompressors.ZSTD!(Buffer.concat(frames), 22)
  expect(Buffer.from(whole).toString()).toBe('first frame and second')
})
