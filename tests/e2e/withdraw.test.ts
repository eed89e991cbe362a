import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let ids: string[]
let before: Record<string, string>

const run = (...names: string[]): string => join(folder.path, 'runs/small', ...names)
const recipe = (changes: RecipeTree = {}): Promise<string> =>
  writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      write: {
        configs: [
          'pairs',
          'ift',
          'reasoning',
          { export: 'grouped', name: 'lists' },
          { export: 'labelled', name: 'labels' },
        ],
        license: 'cc0-1.0',
      },
      ...changes,
    }),
  )
const cli = async (command: string, ...args: string[]): Promise<CliResult> =>
  runCli([command, await recipe(), ...args], { cwd: folder.path })

/** The pairs that each configuration of the dataset speaks of. */
async function pairsOf(): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  for (const { path, config } of (await readManifest(run('dataset'))).files) {
    const own = found.get(config) ?? new Set()
    found.set(config, own)
    for await (const { pair_id } of readParquetRows(run('dataset', path), { columns: ['pair_id'] }))
      own.add(String(pair_id))
  }
  return found
}

const review = (lines: object[]): Promise<void> =>
  writeFile(run('reviews/ana.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
const line = (pair: string, own: object, minute = 0) => ({
  pair_id: pair,
  reviewer: 'ana',
  at: `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`,
  ...own,
})

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  expect(await cli('distill')).toMatchObject({ code: 0 })
  ids = [...(await pairsOf()).get('pairs')!]
  before = await folderDigest(run('dataset'))
  await mkdir(run('reviews'))
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

test('rejected pairs leave every configuration and the ledger says why; nothing is asked', async () => {
  const asked = await readFile(join(folder.path, 'teacher.jsonl'), 'utf8')
  await review([
    line(ids[0]!, { verdict: 'reject', reason: 'wrong_answer' }),
    line(ids[1]!, { verdict: 'accept' }),
    line(ids[2]!, { verdict: 'reject' }),
    line(ids[2]!, { undo: true }, 1),
    line(ids[3]!, { verdict: 'reject', content_hash: 'of other texts' }),
    line(ids[4]!, { verdict: 'reject' }),
  ])
  const { code, stderr } = await cli('write', '--withdraw', 'reviews')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).toMatch(/withdrawn: 2 pairs in all; 2 pairs leave now: \d+ rows in \d shards/)
  const left = await pairsOf()
  expect([...left.keys()]).toEqual(['pairs', 'ift', 'reasoning', 'lists', 'labels'])
  for (const [config, pairs] of left) {
    expect([config, pairs.has(ids[0]!), pairs.has(ids[4]!)]).toEqual([config, false, false])
    if (config === 'pairs') expect(pairs.size).toBe(ids.length - 2)
  }
  const ledger = Ledger.parse(JSON.parse(await readFile(run('ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  expect(ledger.pairs).toMatchObject({ paired: ids.length - 2, lost: { rejected_by_review: 2 } })
  expect(await readFile(join(folder.path, 'teacher.jsonl'), 'utf8')).toBe(asked)
})

test('a later start keeps them out, and they come back to the same bytes when asked', async () => {
  const { code } = await cli('distill')
  expect(code).toBe(0)
  expect((await pairsOf()).get('pairs')!.size).toBe(ids.length - 2)
  expect((await cli('write', '--withdraw', 'everything')).stderr).toContain('--withdraw takes `reviews`')
  expect((await cli('write', '--withdraw', 'none')).stderr).toContain('2 pairs come back')
  expect(await folderDigest(run('dataset'))).toEqual(before)
})

test('a push waits for the random sample, and a verdict on other texts does not count', async () => {
  const push = {
    push: {
      repo: 'a/b',
      review: { sample: 60, max_defect_rate: 0.1 },
      accept: ['contamination'],
    },
  }
  const pushed = async () =>
    (
      await runCli(['push', await recipe(push), '--dry-run'], {
        cwd: folder.path,
        environment: { HF_TOKEN: 'hf_none', HF_ENDPOINT: 'http://127.0.0.1:9' },
      })
    ).stderr
  await review(ids.map((id) => line(id, { verdict: 'accept', content_hash: 'of other texts' })))
  expect(await pushed()).toContain(
    `0 of all ${ids.length} pairs are reviewed, 0 defects are found; ${ids.length} more to review`,
  )
  await review(ids.map((id, index) => line(id, { verdict: index < 5 ? 'reject' : 'accept' })))
  expect(await pushed()).toContain('5 defects are found; that is more than 10 %: improve the dataset')
  await review(ids.map((id, index) => line(id, { verdict: index < 1 ? 'reject' : 'accept' })))
  expect(await pushed()).not.toContain('push.review')
})
