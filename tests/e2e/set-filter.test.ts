import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import type { Decision } from '../../schemas/decision.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readPart } from '../../store/parts/part.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a set filter decides by all shards, asks nothing, and leaves no trace when it is taken out again', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({}, log)
  const distill = async (filter: Record<string, unknown>, perShard = 16, run = 'runs/small') => {
    const problems = { builtin: { count: 48, seed: 1 }, per_shard: perShard }
    const path = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { problems, filter }))
    expect(await runCli(['distill', path, '--run', run], { cwd: folder.path })).toMatchObject({ code: 0 })
    const text = await readFile(join(folder.path, run, 'ledger.json'), 'utf8')
    const ledger = Ledger.parse(JSON.parse(text))
    expect(ledgerFaults(ledger)).toEqual([])
    return ledger
  }
  const digest = () => folderDigest(join(folder.path, 'runs/small/dataset'))
  const asked = async () => (await readFile(log, 'utf8')).split('\n').length

  const without = await distill({})
  const before = { dataset: await digest(), asked: await asked() }
  const outliers = { 'length-outliers': { low: 5, high: 80 } }
  const filtered = await distill(outliers)
  expect(await asked()).toBe(before.asked)
  expect(lost(without, 'length_outlier_long')).toBe(0)
  expect(lost(filtered, 'length_outlier_long')).toBeGreaterThan(3)
  expect(filtered.pairs.written).toBeLessThan(without.pairs.written)
  const decisions = await decisionsOf(join(folder.path, 'runs/small'), 3)
  expect(decisions.filter(({ reasons }) => reasons.includes('length_outlier_long')).length).toBeGreaterThan(3)

  // By itself the stage shows how many shards are through, as every other does.
  const filter = { 'length-outliers': { low: 5, high: 85 } }
  const problems = { builtin: { count: 48, seed: 1 }, per_shard: 16 }
  const path = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { problems, filter }))
  const alone = await runCli(['filter-set', path, '--run', 'runs/small', '--json'], { cwd: folder.path })
  expect(alone.code).toBe(0)
  expect(alone.stdout).toMatch(/"type":"progress".*"shards":[123],/)

  // The domains of problems count here, and an arm without a kept answer keeps its problem out of the draw.
  const drawn = await distill({ 'diversity-draw': { problems: 6 } })
  expect(await asked()).toBe(before.asked)
  expect(drawn.pairs.written).toBe(6)
  expect(lost(drawn, 'not_drawn')).toBeGreaterThan(without.pairs.written - 6)
  const takers = await problemsOf(join(folder.path, 'runs/small'))
  await distill({ 'diversity-draw': { problems: 6 } }, 7, 'runs/finer')
  expect(await problemsOf(join(folder.path, 'runs/finer'))).toEqual(takers)

  await distill(outliers)
  await distill(outliers, 7, 'runs/finer')
  const finer = await decisionsOf(join(folder.path, 'runs/finer'), 7)
  expect(finer.map(({ key, reasons }) => [key, reasons])).toEqual(
    decisions.map(({ key, reasons }) => [key, reasons]),
  )

  const atLast = await asked()
  await distill({})
  expect({ dataset: await digest(), asked: await asked() }).toEqual({ ...before, asked: atLast })
})

function lost({ samples }: Ledger, reason: string): number {
  return samples.reduce((sum, row) => sum + (row.stage === 'kept' ? (row.lost[reason] ?? 0) : 0), 0)
}

/** The ids of the problems of the dataset, in order. */
async function problemsOf(run: string): Promise<string[]> {
  const ids: string[] = []
  const dataset = join(run, 'dataset')
  for (const { path } of (await readManifest(dataset)).files.filter(({ config }) => config === 'pairs'))
    for await (const row of readParquetRows(join(dataset, path))) ids.push(String(row['pair_id']))
  return ids.toSorted((a, b) => (a < b ? -1 : 1))
}

async function decisionsOf(run: string, shards: number): Promise<Decision[]> {
  const decisions: Decision[] = []
  for (let shard = 0; shard < shards; shard++)
    for await (const decision of readPart(run, 'set-decisions', shard)) decisions.push(decision)
  return decisions
}
