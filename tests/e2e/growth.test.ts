import { appendFile, cp, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import { readJournal } from '../../store/journal/reader.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Row = { prompt: string; answer: string; task: string }

const pool: Row[] = [...builtinProblems({ count: 260, seed: 3 })]
  .filter(({ task }) => task === 'math' || task === 'numeric')
  .map(({ prompt, answers, task }) => ({ prompt, answer: answers[0]!, task }))

/** A run whose problems stand in a file that the test rewrites, and everything that it asked its teacher. */
async function growingRun(): Promise<{
  run: string
  distill: (rows: readonly Row[], changes?: Changes) => Promise<CliResult>
  start: typeof startCli
  prepare: (rows: readonly Row[], changes?: Changes) => Promise<string[]>
  asked: () => Promise<number>
  ledger: () => Promise<Ledger>
}> {
  const folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  const teacher = await simulatedTeacher({}, log)
  onTestFinished(async () => {
    await teacher[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  const run = join(folder.path, 'run')
  const prepare = async (rows: readonly Row[], changes: Changes = {}): Promise<string[]> => {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    await writeFile(join(folder.path, 'problems.jsonl'), text + (changes.tail ?? ''))
    const recipe = await writeRecipe(folder.path, growingRecipe(teacher.baseUrl, folder.path, changes))
    return ['distill', recipe, '--run', changes.run ?? run]
  }
  return {
    run,
    prepare,
    start: (args, options) => startCli(args, { ...options, cwd: folder.path }),
    distill: async (rows, changes) => runCli(await prepare(rows, changes), { cwd: folder.path }),
    async asked() {
      const lines = await readFile(log, 'utf8').catch(() => '')
      return lines.split('\n').length - 1
    },
    ledger: async () => JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')) as Ledger,
  }
}

type Changes = { perShard?: number; arms?: [string, string]; endpoint?: string; tail?: string; run?: string }

function growingRecipe(baseUrl: string, folder: string, changes: Changes): RecipeTree {
  const small = smallRecipe(baseUrl)
  const { perShard = 16, arms = ['ift', 'reasoning'], endpoint = 'teacher' } = changes
  const [ift, reasoning] = Object.values(small['arms'] as Record<string, RecipeTree>)
  return {
    ...small,
    problems: { files: [join(folder, 'problems.jsonl')], per_shard: perShard },
    endpoints: { [endpoint]: (small['endpoints'] as RecipeTree)['teacher'] },
    arms: {
      [arms[0]]: { ...ift, endpoint, samples: 1 },
      [arms[1]]: { ...reasoning, endpoint, samples: 1 },
    },
  }
}

const armsOfRecipe = 2
/** Each step is a start of the command line by itself; a busy machine takes long for a dozen. */
const patience = 900_000
const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0)

test(
  'a run grows, shrinks, is edited, reordered, renamed and cut otherwise, and only new content is asked',
  { timeout: patience },
  async () => {
    const { distill, asked, ledger, run } = await growingRun()
    let requests = 0
    /** One start of the run; `fresh` problems must be all that is asked for. */
    async function step(what: string, rows: readonly Row[], fresh: number, left: number, changes?: Changes) {
      const result = await distill(rows, changes)
      expect({ what, code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
        what,
        code: 0,
        stderr: '',
      })
      const now = await asked()
      expect({ what, asked: now - requests }).toEqual({ what, asked: fresh * armsOfRecipe })
      requests = now
      const books = await ledger()
      expect({ what, faults: ledgerFaults(books) }).toEqual({ what, faults: [] })
      expect({ what, read: books.problems.read, left: books.problems.withdrawn }).toEqual({
        what,
        read: rows.length,
        left,
      })
      // Every request that was ever sent is somebody's: an arm's, the probe's or that of withdrawn problems.
      expect(sum(books.spend.map((spend) => spend.requests))).toBe(books.total.requests)
      expect(books.total.requests).toBe(now)
      return result
    }

    const first = pool.slice(0, 70)
    expect((await distill(first)).code).toBe(0)
    requests = await asked()
    expect(requests).toBeGreaterThanOrEqual(70 * armsOfRecipe)
    const more = pool.slice(0, 95)
    const grown = await step('25 more', more, 25, 0)
    expect(grown.stderr).toContain('70 as before, 25 new')
    const fewer = more.slice(12)
    const shrunk = await step('12 fewer', fewer, 0, 12)
    expect(shrunk.stderr).toContain('83 as before, 0 new, 12 withdrawn')
    const edited = fewer.map((row, index) =>
      index < 8 ? Object.assign({}, row, { prompt: `${row.prompt} Think of the units.` }) : row,
    )
    await step('8 edited', edited, 8, 20)
    const corrected = edited.map((row, index) =>
      index < 3 ? Object.assign({}, row, { answer: '12345' }) : row,
    )
    await step('3 references corrected', corrected, 0, 20)
    const reordered = corrected.toReversed()
    await step('reordered, with an empty line at the end', reordered, 0, 20, { tail: '\n' })
    const arms: [string, string] = ['plain', 'long']
    await step('arms renamed', reordered, 0, 20, { arms })
    await step('endpoint renamed', reordered, 0, 20, { arms, endpoint: 'elsewhere' })
    const renamed = { arms, endpoint: 'elsewhere' }
    await step('smaller shards', reordered, 0, 20, { ...renamed, perShard: 7 })
    await step('one shard', reordered, 0, 20, { ...renamed, perShard: 1000 })
    expect((await readdir(join(run, 'traces'))).length).toBe(1)
    const returned = [...reordered, ...more.slice(0, 20)]
    await step('all that left is back', returned, 0, 0, { ...renamed, perShard: 16 })
    const before = await folderDigest(join(run, 'dataset'))
    await step('the same again', returned, 0, 0, { ...renamed, perShard: 16 })
    expect(await folderDigest(join(run, 'dataset'))).toEqual(before)
  },
)

test(
  'killed in the middle of growing, a run asks nothing twice that was acknowledged and ends in the same dataset',
  { timeout: patience },
  async () => {
    const { distill, prepare, start, run } = await growingRun()
    const grown = pool.slice(10, 70)
    expect((await distill(pool.slice(0, 50), { perShard: 20 })).code).toBe(0)
    const calm = join(run, '../calm')
    await cp(run, calm, { recursive: true })
    expect((await distill(grown, { perShard: 9, run: calm })).code).toBe(0)

    const args = await prepare(grown, { perShard: 9 })
    for (const delay of [300, 700, 1100, 1500, 1900, 2400]) {
      const { child, ended } = start(args, { cwd: run })
      const timer = setTimeout(() => child.kill('SIGKILL'), delay)
      await ended
      clearTimeout(timer)
    }
    expect((await distill(grown, { perShard: 9 })).code).toBe(0)
    const answers = new Map<string, number>()
    for (const shard of await readdir(join(run, 'journal/generate'))) {
      for await (const { line } of readJournal(join(run, 'journal/generate', shard)))
        if (line.type === 'answered') answers.set(line.key, (answers.get(line.key) ?? 0) + 1)
    }
    expect([...answers.values()].filter((times) => times !== 1)).toEqual([])
    expect(answers.size).toBe(70 * armsOfRecipe)
    expect(await folderDigest(join(run, 'dataset/data'))).toEqual(
      await folderDigest(join(calm, 'dataset/data')),
    )
    const ledger = JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')) as Ledger
    expect(ledgerFaults(ledger)).toEqual([])
    expect(ledger.problems.withdrawn).toBe(10)
  },
)

test('answers that the first version stored are found under its keys, whatever has been renamed since', async () => {
  await using folder = await temporaryFolder()
  const run = join(folder.path, 'run')
  await cp(fileURLToPath(new URL('../support/early-run', import.meta.url)), run, { recursive: true })
  const teacher = { base_url: 'simulated', dialect: 'vllm' }
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B' }
  const recipeOf = (endpoint: string, ift: string, perShard: number, count: number): RecipeTree => ({
    name: 'early',
    problems: { builtin: { count, seed: 1 }, per_shard: perShard },
    endpoints: { [endpoint]: teacher },
    arms: {
      [ift]: { ...arm, role: 'ift', mode: 'non_thinking', endpoint },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking', endpoint },
    },
  })
  const log = join(run, 'simulated-teacher.jsonl')
  for (const recipe of [recipeOf('teacher', 'ift', 2, 6), recipeOf('server', 'plain', 4, 5)]) {
    const result = await runCli(['distill', await writeRecipe(folder.path, recipe), '--run', run], {
      cwd: folder.path,
    })
    expect({ code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
      code: 0,
      stderr: '',
    })
    expect(await readFile(log, 'utf8').catch(() => '')).toBe('')
  }
  const ledger = JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')) as Ledger
  expect(ledger.problems).toMatchObject({ read: 5, withdrawn: 1 })
  expect(ledger.spend.find((each) => each.arm === 'plain')).toMatchObject({ requests: 5 })
})

test('the answers of another run are taken where they were asked in the same words, and cost nothing twice', async () => {
  const { distill, asked, ledger, prepare, start, run } = await growingRun()
  const other = join(run, '../other')
  expect((await distill(pool.slice(0, 40), { perShard: 15, run: other })).code).toBe(0)
  const before = await asked()
  const args = await prepare(pool.slice(20, 50), { perShard: 7, arms: ['plain', 'long'] })
  await appendFile(args[1]!, `reuse: [${other}]\n`)
  const result = await start(args, { cwd: run.slice(0, run.lastIndexOf('/')) }).ended
  expect({ code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
    code: 0,
    stderr: '',
  })
  const books = await ledger()
  const own = sum(books.spend.map((spend) => spend.requests))
  expect((await asked()) - before).toBe(own)
  expect(books.reused).toEqual({ [other]: 20 * armsOfRecipe })
  expect(books.spend.find(({ arm }) => arm === 'plain')).toMatchObject({ requests: 10 })
  expect(ledgerFaults(books)).toEqual([])
  expect(books.total.requests).toBe(own)
})
