import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { compareWithTruth, least } from '../../bench/truth.ts'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { probeSeeds } from '../../teachers/probe/probe-calls.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One teacher and one folder for the whole file: every test goes on from a finished run, as a user does. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let log: string
const recipe = (changes: RecipeTree = {}): Promise<string> =>
  writeRecipe(folder.path, smallRecipe(teacher.baseUrl, changes))
const cli = (...args: string[]) => runCli(args, { cwd: folder.path })
const dataset = (run = 'runs/small'): string => join(folder.path, run, 'dataset')

beforeAll(async () => {
  folder = await temporaryFolder()
  log = join(folder.path, 'teacher.jsonl')
  teacher = await simulatedTeacher({}, log)
  expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

type Asked = { mode: string; seed: number }

/** What was asked for samples; the probes of the endpoint are asked beside them. */
async function requests(path = log): Promise<Asked[]> {
  return (await everyRequest(path)).filter(({ seed }) => seed !== probeSeeds.usual)
}

async function everyRequest(path = log): Promise<Asked[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Asked)
}

async function ledger(run = 'runs/small'): Promise<Ledger> {
  return Ledger.parse(JSON.parse(await readFile(join(folder.path, run, 'ledger.json'), 'utf8')))
}

describe('a finished run', () => {
  test('asked every sample once and its ledger adds up', async () => {
    const asked = await requests()
    expect(asked).toHaveLength(48 * 2 * 2)
    expect(new Set(asked.map(({ seed }) => seed)).size).toBe(asked.length)
    const probes = (await everyRequest()).filter(({ seed }) => seed === probeSeeds.usual)
    // An arm that seems not to reason is looked at once more.
    expect(probes.map(({ mode }) => mode).toSorted()).toEqual([
      'non_thinking',
      'non_thinking',
      'non_thinking',
      'thinking',
      'thinking',
    ])
    expect((await ledger()).spend.at(-1)).toMatchObject({ arm: 'probe', requests: probes.length })
    expect(ledgerFaults(await ledger())).toEqual([])
    expect((await ledger()).pairs.paired).toBeGreaterThan(20)
  })

  test('has a dataset whose manifest is right and whose configurations match row by row', async () => {
    expect(await checkManifest(dataset())).toEqual([])
    const ids: Record<string, string[]> = {}
    for (const { path, config } of (await readManifest(dataset())).files) {
      for await (const row of readParquetRows(join(dataset(), path), { columns: ['pair_id'] }))
        (ids[config] ??= []).push(String(row['pair_id']))
    }
    expect(Object.keys(ids)).toEqual(['pairs', 'ift', 'reasoning'])
    expect(ids['ift']).toEqual(ids['pairs'])
    expect(ids['reasoning']).toEqual(ids['pairs'])
    expect(ids['pairs']).toEqual(ids['pairs']!.toSorted())
  })

  test('has verdicts that agree with what the teacher knows of its own answers', async () => {
    await writeFile(join(folder.path, 'runs/small/simulated-teacher.jsonl'), await readFile(log))
    const { precision, recall, misses } = await compareWithTruth(join(folder.path, 'runs/small'))
    const enough = { precision: precision >= least, recall: recall >= least }
    expect({ misses, ...enough }).toMatchObject({ precision: true, recall: true })
  })

  test('does nothing when it is started again', async () => {
    const before = {
      asked: (await requests()).length,
      card: (await stat(join(dataset(), 'README.md'))).mtimeMs,
    }
    const again = await cli('distill', await recipe())
    expect(again).toMatchObject({ code: 0 })
    expect(again.stderr).toContain('is up to date')
    expect({
      asked: (await requests()).length,
      card: (await stat(join(dataset(), 'README.md'))).mtimeMs,
    }).toEqual(before)
  })

  test('is made again byte for byte from the journal when every part is deleted', async () => {
    const before = await folderDigest(dataset())
    const asked = (await requests()).length
    for (const part of ['problems', 'traces', 'verdicts', 'decisions', 'pairs', 'dataset'])
      await rm(join(folder.path, 'runs/small', part), { recursive: true })
    expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })
    expect(await folderDigest(dataset())).toEqual(before)
    expect((await requests()).length).toBe(asked)
  })
})

describe('a changed recipe', () => {
  test('with another length threshold asks nothing and drops what is too long', async () => {
    const asked = (await requests()).length
    const before = (await ledger()).pairs.paired
    expect(
      await cli('distill', await recipe({ filter: { length: { thinking: { reasoning: { max: 700 } } } } })),
    ).toMatchObject({ code: 0 })
    expect((await requests()).length).toBe(asked)
    const after = await ledger()
    expect(after.pairs.paired).toBeLessThan(before)
    expect(after.samples.find((row) => row.stage === 'kept' && row.arm === 'reasoning')?.lost).toHaveProperty(
      'reasoning_too_long',
    )
  })

  test('with other sampling of one arm asks that arm only, and coming back asks nothing', async () => {
    const small = smallRecipe(teacher.baseUrl)
    const arms = small['arms'] as Record<string, RecipeTree>
    const asked = (await requests()).length
    expect(
      await cli(
        'distill',
        await recipe({ arms: { ...arms, ift: { ...arms['ift'], sampling: { temperature: 0.9 } } } }),
      ),
    ).toMatchObject({ code: 0 })
    const more = (await requests()).slice(asked)
    expect(more).toHaveLength(48 * 2)
    expect(new Set(more.map(({ mode }) => mode))).toEqual(new Set(['non_thinking']))
    expect(await cli('distill', await recipe())).toMatchObject({ code: 0 })
    expect(await requests()).toHaveLength(asked + more.length)
  })

  test('with more samples asks the new ones only', async () => {
    const small = smallRecipe(teacher.baseUrl)
    const arms = small['arms'] as Record<string, RecipeTree>
    const asked = (await requests()).length
    expect(
      await cli(
        'distill',
        await recipe({ arms: { ...arms, reasoning: { ...arms['reasoning'], samples: 3 } } }),
      ),
    ).toMatchObject({ code: 0 })
    expect(await requests()).toHaveLength(asked + 48)
  })

  test('with fewer problems asks nothing and counts the others as withdrawn', async () => {
    const asked = (await requests()).length
    const fewer = await cli('distill', await recipe({ problems: { builtin: { count: 12, seed: 1 } } }))
    expect(fewer).toMatchObject({ code: 0 })
    expect(fewer.stderr).toContain('12 as before, 0 new, 36 withdrawn')
    expect((await requests()).length).toBe(asked)
    expect((await ledger()).problems).toMatchObject({ read: 12, kept: 12, withdrawn: 36 })
  })
})

describe('each stage on its own', () => {
  test('gives the bytes that all at once give', async () => {
    const path = await recipe()
    for (const stage of ['problems', 'generate', 'verify', 'filter', 'pair', 'write']) {
      expect({ stage, ...(await cli(stage, path, '--run', 'runs/staged')) }).toMatchObject({ stage, code: 0 })
    }
    await cli('distill', path, '--run', 'runs/whole')
    expect(await folderDigest(dataset('runs/staged'))).toEqual(await folderDigest(dataset('runs/whole')))
  })

  test('says which stage comes before it', async () => {
    const path = await recipe()
    await cli('problems', path, '--run', 'runs/early')
    const early = await cli('verify', path, '--run', 'runs/early')
    expect(early).toMatchObject({ code: 2 })
    expect(early.stderr).toContain('run `npm run generate -- RECIPE` first')
  })
})

describe('stopping', () => {
  test('at SIGINT waits for what is in flight, ends with 3, says how to go on, and the rest is asked by the next start', async () => {
    await using slow = await simulatedTeacher(
      { first_token_ms: 100, concurrency: 8 },
      join(folder.path, 'slow.jsonl'),
    )
    const path = await writeRecipe(folder.path, smallRecipe(slow.baseUrl), 'slow.yaml')
    const { child, ended } = startCli(['distill', path, '--run', 'runs/slow'], { cwd: folder.path })
    await waitForLines(join(folder.path, 'slow.jsonl'), 20)
    child.kill('SIGINT')
    const stopped = await ended
    expect(stopped).toMatchObject({ code: 3 })
    expect(stopped.stderr).toContain(`Go on with: npm run distill -- ${path} --run runs/slow`)
    const status = await cli('status', path, '--run', 'runs/slow', '--json')
    const { data } = JSON.parse(status.stdout.trimEnd().split('\n').at(-1)!) as { data: Ledger }
    expect(ledgerFaults(data)).toEqual([])
    // Nothing was given up: whatever the teacher was asked is on disk.
    expect(data.spend.map((arm) => arm.unsettled)).toEqual([0, 0, 0])
    expect(await cli('distill', path, '--run', 'runs/slow')).toMatchObject({ code: 0 })
    const seeds = (await requests(join(folder.path, 'slow.jsonl'))).map(({ seed }) => seed)
    expect(seeds).toHaveLength(48 * 4)
    expect(new Set(seeds).size).toBe(48 * 4)
  })
})

async function waitForLines(path: string, count: number): Promise<void> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.split('\n').length > count) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
