import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { writeShards } from '../../output/dataset/dataset.ts'
import type { Export, ProblemGroup } from '../../output/exports/export.ts'
import { makeManifest, readManifest, writeManifest } from '../../output/dataset/manifest.ts'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import { rowBytes } from '../../output/dataset/shards.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import { madePair, studyArms } from './made-pairs.ts'
import { temporaryFolder } from './temporary-folder.ts'

function* pairs(count = 40): Generator<ProblemGroup> {
  for (let index = 0; index < count; index++)
    yield madePair(index, studyArms, { reasoning: 'r'.repeat(index * 20) })
}

function* brokenPairs(): Generator<ProblemGroup> {
  yield* pairs(30)
  throw new Error('the parts end here')
}

async function madeDataset(folder: string, recipe = 'f00d'): Promise<void> {
  const written = await writeShards({
    folder,
    arms: studyArms,
    exports: chooseExports(studyArms),
    groups: pairs(),
    shardBytes: 10_000,
    metadata: { 'twinstill.recipe': recipe },
  })
  await writeManifest(folder, makeManifest(recipe, written))
}

describe('the shards of a dataset', () => {
  test('hold the same pairs in the same order in every configuration', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    const { files, totals } = await readManifest(folder)
    const shards = files.length / 3
    expect(shards).toBeGreaterThan(2)
    expect(totals).toEqual({
      files: files.length,
      rows: 120,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    })
    const ids = new Map<string, unknown[]>()
    for (const { path, config } of files) {
      for await (const row of readParquetRows(join(folder, path), { columns: ['pair_id'] })) {
        ids.set(config, [...(ids.get(config) ?? []), row['pair_id']])
      }
    }
    const expected = [...pairs()].map((pair) => pair.problem.id)
    expect(Object.fromEntries(ids)).toEqual({ pairs: expected, reasoning: expected, ift: expected })
    const rows = ['pairs', 'reasoning', 'ift'].map((name) =>
      files.filter(({ config }) => config === name).map((file) => file.rows),
    )
    expect(rows[1]).toEqual(rows[0])
    expect(rows[2]).toEqual(rows[0])
  })

  test('have the same bytes when they are written again', async () => {
    const [first, second] = [await temporaryFolder(), await temporaryFolder()]
    await madeDataset(first)
    await madeDataset(second)
    expect(await readManifest(second)).toEqual(await readManifest(first))
  })

  test('carry their metadata and column types', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    const { files } = await readManifest(folder)
    const { keyValue } = await readParquetMetadata(join(folder, files[0]!.path))
    expect(keyValue).toMatchObject({ 'twinstill.recipe': 'f00d', 'twinstill.digest': files[0]!.digest })
    expect(JSON.parse(keyValue['huggingface']!)).toMatchObject({
      info: { features: { pair_id: { dtype: 'string' } } },
    })
  })

  test('are there with their columns when there are no pairs', async () => {
    const folder = await temporaryFolder()
    const { files } = await writeShards({
      folder,
      arms: studyArms,
      exports: chooseExports(studyArms),
      groups: [],
    })
    expect(files.map((file) => [file.path, file.rows])).toEqual([
      ['data/pairs/train-00000-of-00001.parquet', 0],
      ['data/reasoning/train-00000-of-00001.parquet', 0],
      ['data/ift/train-00000-of-00001.parquet', 0],
    ])
  })

  test('are not mixed with older ones', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    await expect(madeDataset(folder)).rejects.toThrow(
      `cannot write the dataset: ${join(folder, 'data')} already holds`,
    )
  })

  test('are cut at the same pairs, each below the target unless one pair alone is above it', async () => {
    const lengths = fc.array(fc.nat(4000), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 2000, max: 12_000 }), async (lengths, shardBytes) => {
        const folder = await temporaryFolder()
        const groups = lengths.map((length, index) =>
          madePair(index, studyArms, { reasoning: 'r'.repeat(length) }),
        )
        const exports = chooseExports(studyArms)
        const { files } = await writeShards({ folder, arms: studyArms, exports, groups, shardBytes })
        const cuts = exports.map(({ name }) =>
          files.filter(({ config }) => config === name).map((file) => file.rows),
        )
        expect(cuts[1]).toEqual(cuts[0])
        expect(cuts[2]).toEqual(cuts[0])
        const sizes = groups.map((group) =>
          Math.max(...exports.map((one) => rowBytes(one.rows(group, studyArms)[0]))),
        )
        let start = 0
        const shards = cuts[0]!.map((rows) => sizes.slice(start, (start += rows)))
        expect(shards.flat()).toEqual(sizes)
        for (const [index, shard] of shards.entries()) {
          if (shard.length > 1) expect(sum(shard)).toBeLessThanOrEqual(shardBytes)
          const next = shards[index + 1]
          if (next) expect(sum(shard) >= 0.6 * shardBytes || sum(shard) + next[0]! > shardBytes).toBe(true)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('leave nothing unfinished behind when an export fails', async () => {
    const folder = await temporaryFolder()
    const [matched] = chooseExports(studyArms, ['ift'])
    const none: Export = { ...matched!, rows: () => [] }
    const writing = writeShards({ folder, arms: studyArms, exports: [matched!, none], groups: pairs() })
    await expect(writing).rejects.toThrow('the export ift gives 0 rows for the pair')
    expect(await readdir(join(folder, 'data'), { recursive: true })).toEqual([])
  })

  test('leave none behind either that was finished before the problems ended in an error', async () => {
    const folder = await temporaryFolder()
    const exports = chooseExports(studyArms)
    const writing = writeShards({
      folder,
      arms: studyArms,
      exports,
      groups: brokenPairs(),
      shardBytes: 10_000,
    })
    await expect(writing).rejects.toThrow('the parts end here')
    const left = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

describe('checking a dataset against its manifest', () => {
  test('finds nothing in one that is as it was written', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    expect(await checkManifest(folder)).toEqual([])
  })

  test('finds a file that is gone and one that nobody recorded', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    const { path } = (await readManifest(folder)).files[0]!
    await rename(join(folder, path), join(folder, 'data/pairs/other.parquet'))
    expect(await checkManifest(folder)).toEqual([
      `${path}: cannot read ${join(folder, path)}: there is no such file; check the path`,
      'data/pairs/other.parquet: not in the manifest',
    ])
  })

  test('finds a changed byte, swapped shards and a damaged file', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    const [first, second, third] = (await readManifest(folder)).files
    const bytes = await readFile(join(folder, first!.path))
    bytes[200]! ^= 1
    await writeFile(join(folder, first!.path), bytes)
    const swapped = await readFile(join(folder, second!.path))
    await writeFile(join(folder, second!.path), await readFile(join(folder, third!.path)))
    await writeFile(join(folder, third!.path), swapped)
    const found = await checkManifest(folder)
    expect(found.filter((line) => line.startsWith(first!.path))).toHaveLength(1)
    expect(found.find((line) => line.startsWith(first!.path))).toContain(`: sha256 is `)
    for (const file of [second!, third!]) {
      expect(found.filter((line) => line.startsWith(file.path)).join('\n')).toMatch(/sha256 is[^]*digest is/)
    }
    await appendFile(join(folder, second!.path), 'tail')
    expect((await checkManifest(folder)).join('\n')).toContain(`${second!.path}: cannot read `)
  })

  test('finds totals that do not add up and columns that differ within a configuration', async () => {
    const folder = await temporaryFolder()
    await madeDataset(folder)
    const manifest = await readManifest(folder)
    manifest.totals.rows += 1
    manifest.files[1]!.schema = '0'.repeat(32)
    await writeManifest(folder, manifest)
    expect((await checkManifest(folder)).map((line) => line.split(', the ')[0])).toEqual([
      expect.stringContaining(`${manifest.files[1]!.path}: schema is `),
      expect.stringContaining('manifest.json: the totals are {"files":'),
      `${manifest.files[1]!.path}: its columns differ from those of ${manifest.files[0]!.path}`,
    ])
  })

  test('says where there is no manifest', async () => {
    const folder = await temporaryFolder()
    await expect(checkManifest(folder)).rejects.toThrow(
      `cannot read ${join(folder, 'manifest.json')}: there is no such file; write the dataset again`,
    )
    await madeDataset(folder)
    await rm(join(folder, 'manifest.json'))
    await writeFile(join(folder, 'manifest.json'), '{"format":2}')
    await expect(readManifest(folder)).rejects.toThrow('manifest.json: ')
  })
})
