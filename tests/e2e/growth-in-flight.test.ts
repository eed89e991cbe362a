import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { type RecipeTree, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/*
 * A run grows while something of it is elsewhere or half done: samples in batches, chains of cut answers, samples by a
 * rule, judged answers, imported traces. What it was grown from decides nothing but the bill: it must end as a run does
 * that began with all of its problems.
 */

type Row = { prompt: string; answer: string; task: string }

const pool: Row[] = [...builtinProblems({ count: 120, seed: 5 })]
  .filter(({ task }) => task === 'math' || task === 'numeric')
  .map(({ prompt, answers, task }) => ({ prompt, answer: answers[0]!, task }))

const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Two cuts of one set: the second has other problems too, in another order and in shards of another size. */
const cuts = [
  { rows: pool.slice(0, 20), perShard: 8 },
  { rows: pool.slice(4, 30).toReversed(), perShard: 11 },
] as const

async function place(tree: (cut: (typeof cuts)[number]) => RecipeTree) {
  const folder = await temporaryFolder()
  onTestFinished(async () => folder[Symbol.asyncDispose]())
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })
  const prepare = async (cut: (typeof cuts)[number]): Promise<string> => {
    await writeFile(join(folder.path, 'problems.jsonl'), jsonLines(cut.rows))
    const problems = { files: 'problems.jsonl', per_shard: cut.perShard }
    return writeRecipe(folder.path, { name: 'grown', problems, ...tree(cut) })
  }
  async function distill(cut: (typeof cuts)[number], run: string, code = 0): Promise<CliResult> {
    const result = await cli('distill', await prepare(cut), '--run', run)
    expect({ run, code: result.code, said: result.code === code ? '' : result.stderr }).toEqual({
      run,
      code,
      said: '',
    })
    return result
  }
  async function ledgerOf(run: string): Promise<Ledger> {
    const ledger = Ledger.parse(JSON.parse(await readFile(join(folder.path, run, 'ledger.json'), 'utf8')))
    expect(ledgerFaults(ledger)).toEqual([])
    return ledger
  }
  const data = (run: string) => folderDigest(join(folder.path, run, 'dataset/data'))
  return { path: folder.path, cli, prepare, distill, ledgerOf, data }
}

async function teacherWith(path: string, options = {}) {
  const log = join(path, 'teacher.jsonl')
  const teacher = await simulatedTeacher(options, log)
  onTestFinished(async () => teacher[Symbol.asyncDispose]())
  const asked = async (): Promise<number> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1
  return { baseUrl: teacher.baseUrl, asked }
}

const qwen = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
const endpoints = (baseUrl: string): RecipeTree => ({
  teacher: { base_url: baseUrl, dialect: 'vllm', max_in_flight: 8 },
})

test.each<[string, RecipeTree]>([
  [
    'raised answers',
    { samples: 2, max_tokens: 1500, truncated: { policy: 'raise', max_tokens: [3000, 6000] } },
  ],
  [
    'continued answers',
    { samples: 2, max_tokens: 1500, truncated: { policy: 'continue', max_tokens: 6000 } },
  ],
  ['samples by a rule', { samples: { min: 2, max: 5, correct: 2, step: 1 }, max_tokens: 4000 }],
])('%s', async (_name, arm) => {
  let baseUrl = ''
  const { path, distill, ledgerOf, data } = await place(() => ({
    generate: { probe: 'never' },
    endpoints: endpoints(baseUrl),
    arms: { reasoning: { ...qwen, role: 'reasoning', mode: 'thinking', ...arm } },
  }))
  const teacher = await teacherWith(path, { rates: { wrong_answer: 0.3 } })
  ;({ baseUrl } = teacher)
  await distill(cuts[1], 'fresh')
  const fresh = await teacher.asked()
  await distill(cuts[0], 'grown')
  const first = (await teacher.asked()) - fresh
  await distill(cuts[1], 'grown')
  const both = (await teacher.asked()) - fresh
  // The problems that left are paid for and the others are not paid for again.
  expect(both).toBeGreaterThan(fresh)
  expect(both).toBeLessThan(first + fresh)
  const ledger = await ledgerOf('grown')
  expect(ledger.problems.withdrawn).toBe(4)
  expect(ledger.total.requests).toBe(both)
  expect(await data('grown')).toEqual(await data('fresh'))
  await distill(cuts[1], 'grown')
  expect((await teacher.asked()) - fresh).toBe(both)
})

test('answers that a judge has judged', async () => {
  const judges = await scriptedEndpoint(() => '1. x; y\n2. \\boxed{Yes}')
  onTestFinished(async () => judges[Symbol.asyncDispose]())
  // In words that no rule reads, so that the judge is asked about each.
  const teacher = await scriptedEndpoint(({ message }) => `It is \\boxed{as many as ${message.length} say}.`)
  onTestFinished(async () => teacher[Symbol.asyncDispose]())
  const { distill, ledgerOf, data } = await place(() => ({
    generate: { probe: 'never' },
    endpoints: { ...endpoints(teacher.baseUrl), judge: { base_url: judges.baseUrl } },
    arms: { ift: { ...qwen, role: 'ift', mode: 'non_thinking', samples: 1 } },
    verify: { judge: { endpoint: 'judge', teacher: 'generic', model: 'j' } },
  }))
  await distill(cuts[1], 'fresh')
  const fresh = judges.requests.length
  expect(fresh).toBeGreaterThan(4)
  await distill(cuts[0], 'grown')
  const first = judges.requests.length - fresh
  await distill(cuts[1], 'grown')
  const both = judges.requests.length - fresh
  expect(both).toBeLessThan(first + fresh)
  const spent = (await ledgerOf('grown')).spend
  expect(spent.find(({ arm }) => arm === 'judge')).toMatchObject({ requests: both })
  expect(await data('grown')).toEqual(await data('fresh'))
  await distill(cuts[1], 'grown')
  expect(judges.requests.length - fresh).toBe(both)
})

test('imported traces beside a live arm', async () => {
  let baseUrl = ''
  const { path, distill, ledgerOf, data } = await place(() => ({
    generate: { probe: 'never' },
    endpoints: endpoints(baseUrl),
    arms: {
      ift: { ...qwen, role: 'ift', mode: 'non_thinking', samples: 1 },
      reasoning: {
        role: 'reasoning',
        teacher: 'deepseek-r1',
        model: 'R1',
        samples: 1,
        import: { files: 'traces.jsonl' },
      },
    },
  }))
  const traces = pool.map(({ prompt, answer }) => ({
    prompt,
    output: `<think>\nOne looks at ${prompt.length} letters and thinks about them.\n</think>\n\nIt is \\boxed{${answer}}.`,
  }))
  await writeFile(join(path, 'traces.jsonl'), jsonLines(traces))
  const teacher = await teacherWith(path)
  ;({ baseUrl } = teacher)
  await distill(cuts[1], 'fresh')
  const fresh = await teacher.asked()
  expect(fresh).toBe(cuts[1].rows.length)
  await distill(cuts[0], 'grown')
  await distill(cuts[1], 'grown')
  expect((await teacher.asked()) - fresh).toBe(30)
  const ledger = await ledgerOf('grown')
  expect(ledger.spend.find(({ arm }) => arm === 'reasoning')).toMatchObject({ requests: 0 })
  expect(await data('grown')).toEqual(await data('fresh'))
})

test('batches that are out', async () => {
  let baseUrl = ''
  const { path, cli, prepare, distill, ledgerOf, data } = await place(() => ({
    generate: { probe: 'never' },
    endpoints: endpoints(baseUrl),
    arms: { ift: { ...qwen, role: 'ift', mode: 'non_thinking', samples: 1 } },
  }))
  const teacher = await teacherWith(path)
  ;({ baseUrl } = teacher)
  await distill(cuts[1], 'fresh')
  const fresh = await teacher.asked()

  const early = await cli('batch', 'export', await prepare(cuts[0]), '--run', 'grown')
  expect({ code: early.code, said: early.stderr }).toEqual({
    code: 2,
    said: expect.stringContaining('run `npm run problems -- ') as string,
  })
  const ready = async (...args: string[]): Promise<CliResult> => {
    const result = await cli(...args, '--run', 'grown')
    expect({ args, code: result.code, said: result.code === 0 ? '' : result.stderr }).toEqual({
      args,
      code: 0,
      said: '',
    })
    return result
  }
  await ready('problems', await prepare(cuts[0]))
  await ready('batch', 'export', await prepare(cuts[0]))
  // Ten problems are new and asked live; what is out is not asked.
  const waiting = await distill(cuts[1], 'grown', 3)
  expect(waiting.stderr).toContain('16 samples are on their way through batches')
  expect((await teacher.asked()) - fresh).toBe(10)

  const folder = join(path, 'grown/batches')
  const file = (await readdir(folder)).find((name) => name.endsWith('.jsonl'))
  const lines = (await readFile(join(folder, file!), 'utf8')).split('\n').filter(Boolean)
  expect(lines).toHaveLength(20)
  const results = await Promise.all(
    lines.map(async (line) => {
      const { custom_id, body } = JSON.parse(line) as { custom_id: string; body: object }
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      return { custom_id, response: { status_code: 200, body: await response.json() } }
    }),
  )
  await writeFile(join(path, 'results.jsonl'), jsonLines(results))
  const imported = await ready('batch', 'import', await prepare(cuts[1]), 'results.jsonl')
  expect(imported.stdout).toContain('20 answers taken in')
  const before = await teacher.asked()
  await distill(cuts[1], 'grown')
  expect(await teacher.asked()).toBe(before)
  expect((await ledgerOf('grown')).problems).toMatchObject({ read: 26, withdrawn: 4 })
  expect(await data('grown')).toEqual(await data('fresh'))
})

test('a run in which nothing was answered ends with 1 and says so, in one line', async () => {
  await using silent = await scriptedEndpoint(() => ({ status: 400 }))
  const { distill } = await place(() => ({
    generate: { probe: 'never' },
    endpoints: { teacher: { base_url: silent.baseUrl, retries: 0 } },
    arms: {
      ift: {
        teacher: 'generic',
        model: 'm',
        endpoint: 'teacher',
        role: 'ift',
        mode: 'non_thinking',
        samples: 1,
      },
    },
  }))
  const { stderr } = await distill(cuts[0], 'silent', 1)
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /nothing was answered: all 20 samples that were sent failed \(http_400\); see to the endpoint with `npm run probe/,
  )
})
