import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import type { ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { columnDigests } from './canonical.ts'
import type { ColumnDigests } from './canonical.ts'
import { sourceRows, writeMadeDataset } from './made-dataset.ts'
import { hasPython, runPython } from './python.ts'

type ReadDataset = {
  configs: string[]
  default: string
  readers: Record<'pyarrow' | 'duckdb' | 'polars' | 'datasets', Record<string, ColumnDigests>>
  found: Record<string, Record<string, number>>
}

const work = mkdtempSync(join(tmpdir(), 'twinstill-readers-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

async function* rowsOf(folder: string, config: string): AsyncGenerator<Record<string, unknown>> {
  const { files } = await readManifest(folder)
  for (const file of files.filter((candidate) => candidate.config === config)) {
    yield* readParquetRows(join(folder, file.path))
  }
}

const libraries: ParquetLibrary[] = ['hyparquet-writer', 'parquetjs-lite']

describe.skipIf(!hasPython).each(libraries)('a dataset of edge cases written by %s', (library) => {
  const folder = join(work, `made-${library}`)
  let read: ReadDataset

  beforeAll(async () => {
    mkdirSync(folder)
    await writeMadeDataset(folder, library)
    read = runPython('read_dataset.py', folder, join(work, 'cache')) as ReadDataset
  })

  test('is found by its card', () => {
    expect(read.configs.toSorted()).toEqual(['edge', 'ift', 'pairs', 'reasoning'])
    expect(read.default).toBe('reasoning')
    expect(readdirSync(join(folder, 'data', 'edge')).length).toBeGreaterThan(1)
  })

  test.each(['id', 'maybe_text'])('has its rows found by a filter on the column %s', (column) => {
    const counts: Record<string, number> = {}
    for (const row of sourceRows('edge')) {
      const value = row[column]
      if (typeof value === 'string') counts[value.toWellFormed()] = (counts[value.toWellFormed()] ?? 0) + 1
    }
    expect(read.found[column]).toEqual(counts)
  })

  describe.each(['edge', 'ift', 'pairs', 'reasoning'])('in the configuration %s', (config) => {
    test('reads back with our reader as it was written', async () => {
      expect(await columnDigests(rowsOf(folder, config))).toEqual(await columnDigests(sourceRows(config)))
    })

    test.each(['pyarrow', 'duckdb', 'polars', 'datasets'] as const)(
      'has every value for %s',
      async (reader) => {
        expect(read.readers[reader][config]).toEqual(await columnDigests(sourceRows(config)))
      },
    )
  })
})

const given = process.env['DATASET_DIR']

describe.skipIf(!hasPython || given === undefined)('the dataset of DATASET_DIR', () => {
  test('has the same values for every reader', async () => {
    const folder = resolve(given ?? '')
    const read = runPython('read_dataset.py', folder, join(work, 'given-cache')) as ReadDataset
    const ours: Record<string, ColumnDigests> = {}
    for (const config of readdirSync(join(folder, 'data')))
      ours[config] = await columnDigests(rowsOf(folder, config))
    expect(Object.values(ours).some(({ rows }) => rows > 0)).toBe(true)
    expect(read.readers).toEqual({ pyarrow: ours, duckdb: ours, polars: ours, datasets: ours })
  })
})

describe.skipIf(!hasPython)('files that pyarrow wrote', () => {
  test('are read value by value, whatever their codec, pages and encodings', async () => {
    const written = runPython('write_samples.py', work) as Record<string, ColumnDigests>
    expect(Object.keys(written).length).toBeGreaterThan(20)
    for (const [name, digests] of Object.entries(written)) {
      const read = await columnDigests(readParquetRows(join(work, `${name}.parquet`)))
      expect({ name, ...read }).toEqual({ name, ...digests })
    }
  })
})
