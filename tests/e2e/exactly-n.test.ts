import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* 120 problems, of which a little less than half become pairs: few enough to be worked on without threads. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let log: string

beforeAll(async () => {
  folder = await temporaryFolder()
  log = join(folder.path, 'teacher.jsonl')
  teacher = await simulatedTeacher({ rates: { wrong_answer: 0.3 }, token_ms: 0 }, log)
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', samples: 1, max_tokens: 8192 }

function recipe(name: string, select: RecipeTree, more: RecipeTree = {}): Promise<string> {
  return writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      name,
      problems: { builtin: { count: 120, seed: 1 }, per_shard: 40 },
      endpoints: {
        teacher: {
          base_url: teacher.baseUrl,
          dialect: 'vllm',
          max_in_flight: 64,
          price: { input: 0.86, output: 3.43, date: '2026-11-01' },
        },
      },
      generate: { probe: 'never' },
      arms: {
        // Each run asks the teacher something else, so that requests are counted run by run.
        ift: { ...arm, role: 'ift', mode: 'non_thinking', revision: name },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking', revision: name },
      },
      select,
      ...more,
    }),
    `${name}.yaml`,
  )
}

const distill = (path: string): Promise<CliResult> => runCli(['distill', path], { cwd: folder.path })

/** Seeds of all requests that the teacher had: every sample has its own. */
async function requests(): Promise<number[]> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { seed: number }).seed)
}

async function ledgerOf(name: string): Promise<Ledger> {
  const path = join(folder.path, 'runs', name, 'ledger.json')
  const ledger = Ledger.parse(JSON.parse(await readFile(path, 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  return ledger
}

async function pairIds(name: string): Promise<string[]> {
  const dataset = join(folder.path, 'runs', name, 'dataset')
  const { files } = await readManifest(dataset)
  const ids: string[] = []
  for (const { path } of files.filter((file) => file.path.startsWith('data/pairs/')))
    for await (const row of readParquetRows(join(dataset, path), { columns: ['pair_id'] }))
      ids.push(String(row['pair_id']))
  return ids.toSorted()
}

test('asks until the pairs are there, hardly more, and keeps them when more are wanted', async () => {
  const before = (await requests()).length
  const path = await recipe('enough', { pairs: 30 })
  expect(await distill(path)).toMatchObject({ code: 0 })
  const first = await ledgerOf('enough')
  expect(first.pairs).toMatchObject({ paired: 30, written: 30, problems: 120 })
  const { problems, chosen, accepted, selected } = first.selection!.strata['all']!
  expect({ problems, selected }).toEqual({ problems: 120, selected: 30 })
  expect(accepted).toBeLessThanOrEqual(33)
  expect(first.pairs.lost['not_asked']).toBe(120 - chosen)
  expect((await requests()).length - before).toBe(2 * chosen)
  const thirty = await pairIds('enough')
  expect(thirty).toHaveLength(30)

  // Nothing is asked for what is there already, and nothing is lost of it when more is wanted.
  expect(await distill(path)).toMatchObject({ code: 0 })
  expect((await requests()).length - before).toBe(2 * chosen)
  expect(await distill(await recipe('enough', { pairs: '4_0' }))).toMatchObject({ code: 0 })
  const forty = await pairIds('enough')
  expect(forty).toHaveLength(40)
  expect(forty).toEqual(expect.arrayContaining(thirty))

  // A filter that drops pairs makes room for others; the first ones are back when it is gone.
  const strict = await recipe(
    'enough',
    { pairs: 40 },
    { filter: { length: { thinking: { total: { max: 2500 } } } } },
  )
  expect(await distill(strict)).toMatchObject({ code: 0 })
  const filtered = await ledgerOf('enough')
  expect(filtered.pairs.paired).toBe(40)
  expect(filtered.selection!.strata['all']!.chosen).toBeGreaterThan(chosen)
  const asked = await requests()
  expect(await distill(await recipe('enough', { pairs: 30 }))).toMatchObject({ code: 0 })
  expect(await pairIds('enough')).toEqual(thirty)
  expect((await ledgerOf('enough')).pairs.lost['beyond_selection']).toBeGreaterThan(0)
  const all = await requests()
  expect(all).toHaveLength(asked.length)
  expect(new Set(all).size).toBe(all.length)
})

test('comes to the same pairs in every order of the problems and every cut, and after a kill', async () => {
  const rows = builtinProblems({ count: 120, seed: 1 })
    .map((problem) => JSON.stringify(problem))
    .toArray()
  expect(rows).toHaveLength(120)
  const orders = { ahead: rows, back: rows.toReversed() }
  for (const [name, lines] of Object.entries(orders)) {
    await writeFile(join(folder.path, `${name}.jsonl`), lines.map((line) => `${line}\n`).join(''))
    const per_shard = name === 'ahead' ? 120 : 20
    const problems = { files: [`${name}.jsonl`], per_shard }
    // One name for both: the answers are those to the same requests.
    const path = await recipe('orders', { pairs: 30, by: 'difficulty' }, { problems })
    const args = ['distill', path, '--run', join(folder.path, 'runs', name)]
    if (name === 'back') {
      const begun = (await requests()).length
      const { child, ended } = startCli(args, { cwd: folder.path })
      while ((await requests()).length < begun + 45) await sleep(20)
      child.kill('SIGKILL')
      expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    }
    const { code } = await runCli(args, { cwd: folder.path })
    expect([0, 4]).toContain(code)
  }
  const { strata } = (await ledgerOf('ahead')).selection!
  expect(Object.keys(strata)).toEqual(['easy', 'hard', 'medium'])
  expect(await pairIds('back')).toEqual(await pairIds('ahead'))
})

test('the budget ends first: the dataset has what there is, exit code 3, and more budget goes on', async () => {
  const quotas = { easy: 40, medium: 35, hard: 25 }
  const select = { pairs: 100, within: 'budget', by: 'difficulty', quotas }
  const before = (await requests()).length
  const path = await recipe('budget', select, { budget: { usd: 0.4 } })
  const { code, stderr } = await distill(path)
  expect(code).toBe(3)
  expect(stderr).toMatch(
    /error: \d+ of 100 pairs \(easy \d+ of 40, hard \d+ of 25, medium \d+ of 35\): the dataset has no more\. The budget is used up: \$0\.3\d+ of \$0\.4/,
  )
  const { pairs, total, selection } = await ledgerOf('budget')
  expect(total.cost_usd).toBeLessThanOrEqual(0.4)
  expect(pairs.paired).toBe(pairs.written)
  expect(pairs.paired).toBeGreaterThan(10)
  const rows = await pairIds('budget')
  expect(rows).toHaveLength(pairs.paired)
  // The reserve: the cheap stratum is served although a dear one was far from full.
  const share = (name: 'easy' | 'hard'): number => selection!.strata[name]!.selected / quotas[name]
  expect(share('easy')).toBeGreaterThan(share('hard'))

  const stopped = (await requests()).length
  expect(await distill(path)).toMatchObject({ code: 3 })
  expect(await requests()).toHaveLength(stopped)
  expect(await pairIds('budget')).toEqual(rows)

  // Asking alone takes up the problems that waited for more budget.
  const more = await recipe('budget', select, { budget: { usd: 0.42 } })
  await runCli(['generate', more], { cwd: folder.path })
  expect((await requests()).length).toBeGreaterThan(stopped)
  expect(await distill(await recipe('budget', select, { budget: { usd: 0.5 } }))).toMatchObject({ code: 3 })
  expect((await ledgerOf('budget')).pairs.paired).toBeGreaterThan(pairs.paired)
  const all = (await requests()).slice(before)
  expect(new Set(all).size).toBe(all.length)
})

test('the budget ends before every shard was told of a wave: the dataset has what there is', async () => {
  const more = {
    problems: { builtin: { count: 120, seed: 1 }, per_shard: 10 },
    generate: { probe: 'never', shards_open: 1 },
    budget: { usd: 0.4 },
  }
  const path = await recipe('shards', { pairs: 100, within: 'budget' }, more)
  const { code, stderr } = await distill(path)
  expect(code).toBe(3)
  expect(stderr).toMatch(/error: \d+ of 100 pairs: the dataset has no more\. The budget is used up/)
  const { pairs } = await ledgerOf('shards')
  expect(pairs.paired).toBeGreaterThan(10)
  expect(await pairIds('shards')).toHaveLength(pairs.paired)
})

test('impossible: every problem of a stratum was asked, exit code 4, unless others may fill up', async () => {
  const select = { pairs: 60, by: 'difficulty', quotas: { easy: 1, hard: 1 } }
  const { code, stderr } = await distill(await recipe('impossible', select, { generate: {} }))
  expect(code).toBe(4)
  const { selection, spend } = await ledgerOf('impossible')
  const { strata } = selection!
  // Endpoints are probed before the first wave, whose problems nobody knew when the run began.
  expect(spend.find(({ arm: name }) => name === 'probe')!.requests).toBeGreaterThan(1)
  expect(stderr.indexOf('probe of arm reasoning')).toBeGreaterThan(stderr.indexOf('wave 1: '))
  expect(stderr.indexOf('probe of arm reasoning')).toBeLessThan(stderr.indexOf('wave 2: '))
  expect(strata['medium']).toMatchObject({ chosen: 0 })
  expect(strata['hard']!.chosen).toBe(strata['hard']!.problems)
  expect(strata['easy']!.selected).toBe(30)
  expect(stderr).toContain(
    `hard: ${strata['hard']!.accepted} of 30 from all its ${strata['hard']!.problems} problems`,
  )
  const filled = await distill(await recipe('impossible', { ...select, pairs: 30, overflow: true }))
  expect(filled.code).toBe(0)
  expect((await ledgerOf('impossible')).pairs.paired).toBe(30)
})

test('a recipe that asks within a budget states one, and single stages choose nothing', async () => {
  const without = await distill(await recipe('none', { pairs: 10, within: 'budget' }))
  expect(without).toMatchObject({ code: 2 })
  expect(without.stderr).toContain('select.within is `budget`, and the recipe has none')
  const path = await recipe('none', { pairs: 10 })
  expect(await runCli(['problems', path], { cwd: folder.path })).toMatchObject({ code: 0 })
  const generate = await runCli(['generate', path], { cwd: folder.path })
  expect(generate).toMatchObject({ code: 2 })
  expect(generate.stderr).toContain('only `npm run distill -- RECIPE` chooses which problems are asked')
})
