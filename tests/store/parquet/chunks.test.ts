import { hash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { parquetMetadata, readOffsetIndex } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import { parquetElements } from '../../../store/parquet/elements.ts'
import { compressZstd } from '../../../store/parquet/file-writer.ts'
import { hyparquetGroups } from '../../../store/parquet/group-writer.ts'
import { openCutter, type PageBounds } from '../../../store/parquet/pages/cutter.ts'
import { groupBounds, openGroupCutter } from '../../../store/parquet/pages/group-cuts.ts'
import { readParquetMetadata, readParquetRows } from '../../../store/parquet/read.ts'
import { hasInt64, rowNormaliser, widenIntegers } from '../../../store/parquet/rows.ts'
import { writeParquet } from '../../../store/parquet/write.ts'
import { EdgeRow, edgeRows, stored } from '../../output/edge-rows.ts'
import { temporaryFolder } from '../../output/temporary-folder.ts'

const Trace = z.strictObject({ id: z.string(), n: z.int(), text: z.string(), kind: z.string().nullable() })
type Trace = z.infer<typeof Trace>

/** Rows of about ten kilobytes without a pattern. */
function traces(from: number, to: number): Trace[] {
  return Array.from({ length: to - from }, (_, offset) => {
    const index = from + offset
    const words = Array.from({ length: 150 }, (_word, word) => hash('sha256', `${index} ${word}`, 'hex'))
    return {
      id: hash('sha256', `${index}`, 'hex'),
      n: index,
      text: words.join(' '),
      kind: index % 3 ? 'a' : null,
    }
  })
}

/** Places after which pages end, for values of these lengths. */
function cutsOf(values: readonly Uint8Array[], bounds: PageBounds): number[] {
  const cutter = openCutter(bounds)
  const cuts: number[] = []
  for (const [index, value] of values.entries()) {
    if (cutter.isDue()) {
      cuts.push(index)
      cutter.restart()
    }
    cutter.add(value, 0, value.length)
  }
  return cuts
}

/** The digests of all pages of a column, with how large they are. */
async function pagesOf(path: string, column: number): Promise<Map<string, number>> {
  const bytes = await readFile(path)
  const pages = new Map<string, number>()
  for (const { columns } of parquetMetadata(bytes).row_groups) {
    const { offset_index_offset: from, offset_index_length: length } = columns[column]!
    const view = new DataView(bytes.buffer, bytes.byteOffset + Number(from), length)
    for (const { offset, compressed_page_size: size } of readOffsetIndex({ view, offset: 0 })
      .page_locations) {
      const page = bytes.subarray(Number(offset), Number(offset) + size)
      pages.set(hash('sha256', page, 'hex'), size)
    }
  }
  return pages
}

async function write(folder: string, name: string, rows: Trace[]): Promise<string> {
  const path = join(folder, name)
  await writeParquet({ path, schema: Trace, rows, idColumns: ['id'], chunks: 'content' })
  return path
}

describe('a file whose pages are cut plainly', () => {
  test('has the very bytes that the library writes', async () => {
    const schema = arrowSchema(EdgeRow)
    const normalise = rowNormaliser(schema)
    const rows = edgeRows(1500).map((row) => normalise(row).row)
    const columns = schema.fields.map(({ name, type }) => ({
      name,
      data: rows.map((row) => (hasInt64(type) ? widenIntegers(row[name], type) : row[name])),
      statistics: name !== 'text',
      columnIndex: ['id', 'text', 'maybe_text'].includes(name),
      bloomFilter: name === 'id',
    }))
    const memory = new ByteWriter()
    const library = new ParquetWriter({
      writer: memory,
      schema: parquetElements(schema),
      codec: 'ZSTD',
      compressors: { ZSTD: compressZstd },
      createdBy: 'twinstill',
      kvMetadata: [{ key: 'a', value: 'b' }],
    })
    await library.write({ columnData: columns, rowGroupSize: rows.length })
    await library.finish()
    const path = join(await temporaryFolder(), 'ours.parquet')
    const handle = await open(path, 'w+')
    const ours = hyparquetGroups(handle, { schema, onBytes: () => undefined })
    await ours.write(rows, columns)
    await ours.finish([['a', 'b']])
    await handle.close()
    expect((await readFile(path)).equals(memory.getBytes())).toBe(true)
  })
})

describe('cuts by content', () => {
  const bounds = { least: 2000, usual: 6000, most: 40_000 }
  const value = fc.uint8Array({ minLength: 1, maxLength: 900 })
  const values = fc.array(value, { minLength: 50, maxLength: 400, size: 'max' })

  test('depend on nothing before the last one, and keep pages within their bounds', () => {
    fc.assert(
      fc.property(values, fc.nat(), (all, choice) => {
        const cuts = cutsOf(all, bounds)
        for (const [index, cut] of cuts.entries()) {
          const page = all.slice(cuts[index - 1] ?? 0, cut)
          const bytes = page.reduce((sum, one) => sum + one.length, 0)
          expect(bytes).toBeGreaterThan(bounds.least)
          expect(bytes).toBeLessThan(bounds.most + 900)
        }
        if (cuts.length === 0) return
        const cut = cuts[choice % cuts.length]!
        const later = cuts.filter((one) => one > cut).map((one) => one - cut)
        expect(cutsOf(all.slice(cut), bounds)).toEqual(later)
      }),
      { numRuns: 50, endOnFailure: true },
    )
  })

  test('end row groups by the rows since the last end, none larger than is allowed', () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => ({
      row: { id: hash('md5', `${index}`, 'hex') },
      bytes: 1000 + ((index * 7919) % 30_000),
    }))
    const endsOf = (given: typeof rows): string[] => {
      const cutter = openGroupCutter('id')
      let size = 0
      return given.flatMap(({ row, bytes }) => {
        const isDue = cutter.isDue(row, bytes)
        if (isDue) expect(size).toBeLessThanOrEqual(groupBounds.most)
        size = isDue ? bytes : size + bytes
        return isDue ? [row.id] : []
      })
    }
    const before = endsOf(rows)
    expect(before.length).toBeGreaterThan(20)
    const after = endsOf([...rows.slice(0, 5000), ...rows.slice(5100)])
    expect(after.slice(-15)).toEqual(before.slice(-15))
  })
})

describe('a file whose pages are cut by content', () => {
  test('holds the same values in the same bytes each time, with a page index for every column and the key of such files', async () => {
    const folder = await temporaryFolder()
    const rows = edgeRows(700)
    const written = await Promise.all(
      ['a', 'b'].map((name) =>
        writeParquet({
          path: join(folder, name),
          schema: EdgeRow,
          rows,
          idColumns: ['id'],
          chunks: 'content',
        }),
      ),
    )
    expect(written[1]).toEqual(written[0])
    expect(await Array.fromAsync(readParquetRows(join(folder, 'a')))).toEqual(rows.map(stored))
    const { keyValue } = await readParquetMetadata(join(folder, 'a'))
    expect(JSON.parse(keyValue['content_defined_chunking']!)).toEqual({
      min_chunk_size: 262_144,
      max_chunk_size: 1_048_576,
      norm_level: 0,
    })
    for (const { columns } of parquetMetadata(await readFile(join(folder, 'a'))).row_groups)
      for (const { meta_data: chunk, offset_index_length: offsets } of columns)
        expect({ path: chunk!.path_in_schema, isIndexed: offsets! > 0 }).toMatchObject({ isIndexed: true })
  })

  test('has nearly all its pages again when rows are put in, taken out or added', async () => {
    const folder = await temporaryFolder()
    const rows = traces(0, 1200)
    const before = await pagesOf(await write(folder, 'before', rows), 2)
    expect(before.size).toBeGreaterThan(12)
    const changed = {
      in: [...rows.slice(0, 300), ...traces(5000, 5003), ...rows.slice(300)],
      out: [...rows.slice(0, 150), ...rows.slice(170)],
      added: [...rows, ...traces(6000, 6010)],
    }
    for (const [name, given] of Object.entries(changed)) {
      const after = await pagesOf(await write(folder, name, given), 2)
      const fresh = [...after.keys()].filter((page) => !before.has(page))
      expect(fresh.length).toBeLessThanOrEqual(4)
    }
  })

  test('is refused of parquetjs-lite, which cannot', async () => {
    const options = {
      path: 'unused',
      schema: Trace,
      rows: [],
      library: 'parquetjs-lite',
      chunks: 'content',
    } as const
    await expect(writeParquet(options)).rejects.toThrow('parquetjs-lite cannot cut pages by content')
  })
})
