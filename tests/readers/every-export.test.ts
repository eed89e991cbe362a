import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { everyExport, everyGroups, writeEveryExport } from '../support/every-export.ts'
import { columnDigests, type ColumnDigests } from './canonical.ts'
import { hasPython, runPython } from './python.ts'

/* Every export, and two runs with the same configurations under one cache folder, read by `datasets`. */
const work = mkdtempSync(join(tmpdir(), 'twinstill-every-export-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** A run's dataset folder has the same last name as that of any other run, and `datasets` goes by it. */
const folders = ['one', 'two'].map((run) => join(work, run, 'dataset'))

const again = ['pairs', 'reasoning', 'mix-50']

async function* rowsOf(folder: string, config: string): AsyncGenerator<Record<string, unknown>> {
  const { files } = await readManifest(folder)
  for (const file of files.filter((candidate) => candidate.config === config))
    yield* readParquetRows(join(folder, file.path))
}

describe.skipIf(!hasPython)('every export', () => {
  let read: Record<string, ColumnDigests>[]

  beforeAll(async () => {
    for (const [seed, folder] of folders.entries()) {
      mkdirSync(folder, { recursive: true })
      await writeEveryExport(folder, everyGroups(6, seed))
    }
    read = runPython('two_runs.py', join(work, 'cache'), ...folders, ...again) as typeof read
  })

  test.each(everyExport().map(({ name }) => name))(
    'is loaded by datasets value for value: %s',
    async (name) => {
      const own = await columnDigests(rowsOf(folders[0]!, name))
      expect(own.rows).toBeGreaterThan(0)
      expect(read[0]![name]).toEqual(own)
    },
  )

  test.each(again)('of another run is not taken from the cache of the first: %s', async (name) => {
    const own = await columnDigests(rowsOf(folders[1]!, name))
    expect(read[1]![name]).toEqual(own)
    expect(own).not.toEqual(read[0]![name])
  })
})
