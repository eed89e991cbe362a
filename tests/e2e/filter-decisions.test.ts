import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allFilters } from '../../filters/registry.ts'
import type { Decision } from '../../schemas/decision.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readPart } from '../../store/parts/part.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Counts = { kept: number; reasons: Record<string, number> }
type WhatIf = { before: Counts; after: Counts; changed: number; examples: unknown[] }
type Explained = {
  key: string
  reasons: string[]
  stored: string[]
  filters: { name: string; reasons: string[] }[]
}

test('what another bound would change is what it changes, and explaining agrees with what is stored', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  const run = join(folder.path, 'runs/small')
  const path = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl))
  const cli = (...args: string[]) => runCli(args, { cwd: folder.path })
  const lastResult = async <Result>(kind: string, ...args: string[]): Promise<Result> => {
    const { stdout, stderr, code } = await cli('filter', path, '--json', ...args)
    expect([code, stderr]).toEqual([0, expect.any(String)])
    const line = stdout
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => JSON.parse(each) as { type: string; kind?: string; name?: string })
      .find((each) => Object.values(each).includes(kind))
    return Object.values(line!).find((value) => typeof value === 'object') as Result
  }
  expect((await cli('distill', path)).code).toBe(0)
  const before = await folderDigest(run)
  const set = ['--set', 'length.thinking.total.max=1500', '--set', 'shape.max_paragraph=200']
  const whatIf = await lastResult<WhatIf>('what-if', ...set, '--dry-run')
  expect(await folderDigest(run)).toEqual(before)
  expect(countsOf(await decisionsOf(run))).toEqual(whatIf.before)
  expect(whatIf.examples).toHaveLength(Math.min(10, whatIf.changed))
  expect(whatIf.after.kept).toBeLessThan(whatIf.before.kept)

  const decisions = await decisionsOf(run)
  const shown = decisions.slice(0, 3).concat(decisions.filter(({ keep }) => !keep).slice(0, 3))
  for (const { key, reasons } of shown) {
    const [explained] = await lastResult<Explained[]>('explained', '--explain', key)
    expect(explained).toMatchObject({ key, reasons, stored: reasons })
    expect(explained!.filters.flatMap((filter) => filter.reasons).toSorted()).toEqual(reasons.toSorted())
  }
  // Every problem whose id begins with one digit, with all its answers.
  const digit = decisions[0]!.problem_id.slice(0, 1)
  const several = await lastResult<Explained[]>('explained', '--explain', digit)
  const stored = decisions.filter(({ key, problem_id }) =>
    [key, problem_id].some((id) => id.startsWith(digit)),
  )
  expect(several.length).toBe(stored.length)
  expect(new Map(several.map(({ key, reasons }) => [key, reasons]))).toEqual(
    new Map(stored.map(({ key, reasons }) => [key, reasons])),
  )
  expect(await cli('filter', path, '--explain', 'no-such-id')).toMatchObject({ code: 2 })
  for (const [args, message] of [
    [['--explain', ''], '--explain wants the beginning of the id'],
    [['--set', 'prompt-length.max_tokens=5', '--dry-run'], '`prompt-length` does not look at answers'],
    [['--set', 'lenght=false', '--dry-run'], 'did you mean `length`?'],
  ] as const)
    expect(await cli('filter', path, ...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message) as string,
    })

  const filter = { length: { thinking: { total: { max: 1500 } } }, shape: { max_paragraph: 200 } }
  await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { filter }))
  expect((await cli('filter', path)).code).toBe(0)
  expect(countsOf(await decisionsOf(run))).toEqual(whatIf.after)
  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  const kept = ledger.samples.filter(({ stage }) => stage === 'kept')
  expect(kept.reduce((sum, row) => sum + row.out, 0)).toBe(whatIf.after.kept)

  await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, { filter: { ...filter, 'length-outliers': { low: 25, high: 75 } } }),
  )
  expect((await cli('filter-set', path)).code).toBe(0)
  const ofSet: Decision[] = []
  for (let shard = 0; shard < 3; shard++)
    for await (const decision of readPart(run, 'set-decisions', shard)) ofSet.push(decision)
  const ends = await lastResult<WhatIf>('what-if', '--set', 'length-outliers.high=100', '--dry-run')
  expect(ends.before).toEqual(countsOf(ofSet))
  // Without an upper end, what was lost to it alone is there again.
  expect(ends.after.reasons).not.toHaveProperty('length_outlier_long')
  expect(ends.changed).toBe(ofSet.filter(({ reasons }) => reasons.join() === 'length_outlier_long').length)
  const outlier = ofSet.find(({ reasons }) => reasons.join() === 'length_outlier_long')!
  const [explained] = await lastResult<Explained[]>('explained', '--explain', outlier.key)
  expect(explained).toMatchObject({ reasons: [], of_set: ['length_outlier_long'] })
  const { stdout } = await runCli(['filter', path, '--explain', outlier.key], {
    cwd: folder.path,
    environment: { COLUMNS: '80' },
  })
  expect(stdout).toContain('dropped: length_outlier_long')
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test('an arm that is not there is refused', async () => {
  await using folder = await temporaryFolder()
  const filter = { 'pass-rate': { also: [{ arms: ['reasonign'] }] } }
  const path = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:9/v1', { filter }))
  const { code, stderr } = await runCli(['distill', path], { cwd: folder.path })
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('filter.pass-rate: there is no arm `reasonign`'),
  ])
})

test('every filter is listed with its options and where these come from', async () => {
  await using folder = await temporaryFolder()
  const { stdout, code } = await runCli(['filters'], { cwd: folder.path })
  expect(code).toBe(0)
  for (const { name, reasons } of allFilters)
    for (const word of [name, ...Object.keys(reasons)]) expect(stdout).toContain(word)
  expect(stdout).toContain('ngram_repeats: 20')
  expect(stdout.match(/^ {4}from: \S/gm)).toHaveLength(allFilters.length)
})

async function decisionsOf(runFolder: string): Promise<Decision[]> {
  const decisions: Decision[] = []
  for (let shard = 0; shard < 3; shard++)
    decisions.push(...(await Array.fromAsync(readPart(runFolder, 'decisions', shard))))
  return decisions
}

function countsOf(decisions: readonly Decision[]): Counts {
  const counts: Counts = { kept: 0, reasons: {} }
  for (const { reasons } of decisions) {
    const [first] = reasons
    if (first === undefined) counts.kept += 1
    else counts.reasons[first] = (counts.reasons[first] ?? 0) + 1
  }
  return counts
}
