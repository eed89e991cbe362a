import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetWriteFile } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { readParquetRows } from '../../store/parquet/read.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import type { Trace } from '../../schemas/trace.ts'
import { startHub } from '../../simulators/hub/start.ts'
import { pushDataset } from '../support/hub-dataset.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { type RecipeTree, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const numbers = [1, 2, 3, 4, 5, 6]
const prompt = (number: number): string => `What is ${number} plus ${number}?`
const thought = (number: number): string =>
  `<think>\n${number} and ${number} make ${2 * number}.\n</think>\n\nThe sum is \\boxed{${2 * number}}.`
const tracesFor = (of: number[]): object[] =>
  of.map((number) => ({ problem: prompt(number), output: thought(number) }))
const lines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

async function problemsIn(folder: string): Promise<void> {
  const rows = numbers.map((number) => ({
    id: `q${number}`,
    problem: prompt(number),
    answer: String(2 * number),
  }))
  await writeFile(join(folder, 'problems.jsonl'), lines(rows))
}

function recipe(importing: RecipeTree, live?: string): RecipeTree {
  const ift = { role: 'ift', teacher: 'generic', model: 'm' }
  return {
    name: 'imported',
    generate: { probe: 'never' },
    problems: { files: 'problems.jsonl', per_shard: 2 },
    ...(live === undefined ? {} : { endpoints: { teacher: { base_url: live } } }),
    arms: {
      r1: {
        role: 'reasoning',
        teacher: 'deepseek-r1',
        model: 'deepseek-ai/DeepSeek-R1',
        import: importing,
        samples: 2,
      },
      ift:
        live === undefined ? { ...ift, import: { files: 'short.jsonl' } } : { ...ift, endpoint: 'teacher' },
    },
    filter: { length: false },
  }
}

async function distill(
  folder: string,
  tree: RecipeTree,
  environment: Record<string, string> = { HF_ENDPOINT: 'http://127.0.0.1:9' },
): Promise<CliResult & { ledger: Ledger }> {
  const path = await writeRecipe(folder, tree)
  const result = await runCli(['distill', path, '--json'], { cwd: folder, environment })
  const line = result.stdout.split('\n').find((text) => text.includes('"type":"ledger"'))
  return {
    ...result,
    ledger: line === undefined ? ({} as Ledger) : (JSON.parse(line) as { data: Ledger }).data,
  }
}

async function tracesOf(folder: string, arm: string): Promise<Trace[]> {
  const traces: Trace[] = []
  for (let shard = 0; shard < 3; shard++)
    for await (const row of readParquetRows(join(folder, `runs/imported/traces/part-0000${shard}.parquet`)))
      if (row['arm'] === arm) traces.push(row as Trace)
  return traces
}

test('a published trace set is one twin and a live teacher the other', async () => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  await using teacher = await scriptedEndpoint(({ message }) => {
    const [, number] = /What is (\d+)/u.exec(message)!
    return `It is \\boxed{${2 * Number(number)}}.`
  })
  // Two generations in one row, one generation with the instruction around the prompt, one problem left out, one
  // unknown problem, one row without a trace.
  const rows = [
    ...[1, 2].map((number) => ({
      problem: `  ${prompt(number)} `,
      generations: [thought(number), thought(number), 'x'],
    })),
    {
      question: `${prompt(3)}\n\nPlease reason step by step, and put your final answer within \\boxed{}.`,
      output: thought(3),
    },
    {
      messages: [
        { role: 'user', content: prompt(4) },
        { role: 'assistant', content: thought(4) },
      ],
    },
    { prompt: prompt(5), reasoning: '5 and 5 make 10.', answer: 'The sum is \\boxed{10}.' },
    { problem: 'Who is there?', output: 'Nobody.' },
    { nothing: 1 },
  ]
  await writeFile(join(folder.path, 'traces.jsonl'), lines(rows))
  const tree = recipe({ files: 'traces.jsonl' }, teacher.baseUrl)
  const first = await distill(folder.path, tree)
  expect(first.stderr).toBe('')
  expect(first.code).toBe(0)
  expect(first.stdout).toContain(
    "arm r1: 7 of 11 traces of traces.jsonl answer problems of this run; 2 over the arm's samples; not used: 1 unreadable_row, 1 no_such_problem; 5 samples have none",
  )
  expect(first.ledger.pairs.paired).toBe(5)
  const [planned, , answered] = first.ledger.samples.filter((row) => row.arm === 'r1')
  expect(planned!.out).toBe(12)
  expect(answered!.lost).toEqual({ not_imported: 5 })
  expect(first.ledger.spend.find((row) => row.arm === 'r1')).toMatchObject({
    requests: 0,
    retries: 0,
    unsettled: 0,
  })
  const traces = await tracesOf(folder.path, 'r1')
  const whole = traces.filter((trace) => trace.error === '')
  expect(whole).toHaveLength(7)
  for (const trace of whole) {
    expect(trace.reasoning).toMatch(/^(\d) and \1 make \d+\.$/u)
    expect(trace.answer).toMatch(/^The sum is \\boxed\{\d+\}\.$/u)
    expect(trace.sampling.temperature).toBeNull()
  }
  expect(teacher.requests).toHaveLength(6)

  const before = await folderDigest(join(folder.path, 'runs/imported/dataset'))
  expect((await distill(folder.path, tree)).code).toBe(0)
  expect(await folderDigest(join(folder.path, 'runs/imported/dataset'))).toEqual(before)

  // More traces in the file: only they are new, nobody is asked again.
  await writeFile(
    join(folder.path, 'traces.jsonl'),
    lines([...rows, { problem: prompt(6), output: thought(6) }]),
  )
  const more = await distill(folder.path, tree)
  expect(more.ledger.pairs.paired).toBe(6)
  expect(teacher.requests).toHaveLength(6)

  await rm(join(folder.path, 'traces.jsonl'))
  const gone = await distill(folder.path, tree)
  expect(gone.code).toBe(0)
  expect(gone.stdout).toContain('going on with the traces that were imported before')
  expect(gone.ledger.pairs.paired).toBe(6)

  // What was imported before holds no third sample.
  const arms = tree['arms'] as Record<string, RecipeTree>
  const third = await distill(folder.path, { ...tree, arms: { ...arms, r1: { ...arms['r1'], samples: 3 } } })
  expect(third.code).toBe(2)
  expect(third.stderr).toMatch(/^error: arms\.r1\.import\.files: no file "traces\.jsonl"[^\n]*\n$/u)
})

test('traces that were cut, and numbers too large for JSON, are no fault of the ledger', async () => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  const cut = numbers.map((number) => ({
    problem: prompt(number),
    output: number === 1 ? '<think>\n1 and 1 make' : thought(number),
    finish_reason: number === 1 ? 'length' : 'stop',
  }))
  await writeFile(join(folder.path, 'traces.jsonl'), lines(cut))
  parquetWriteFile({
    filename: join(folder.path, 'short.parquet'),
    columnData: [
      { name: 'problem', data: numbers.map(prompt) },
      { name: 'output', data: numbers.map((number) => `\\boxed{${2 * number}}`) },
      { name: 'usage', data: numbers.map(() => 2n ** 60n), type: 'INT64' },
    ],
  })
  const tree = recipe({ files: 'traces.jsonl' })
  const arms = tree['arms'] as Record<string, RecipeTree>
  const { code, ledger, stderr } = await distill(folder.path, {
    ...tree,
    arms: { ...arms, ift: { ...arms['ift'], import: { files: 'short.parquet' } } },
  })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(ledger.pairs.paired).toBe(5)
  expect(ledger.truncation).toEqual([])
  const cutTrace = (await tracesOf(folder.path, 'r1')).find(
    ({ finish_state }) => finish_state === 'cut_in_think',
  )
  expect(cutTrace).toMatchObject({ truncation: 'kept', billed: { completion_tokens: 0 } })
})

test('rows are matched by the id of the source, in Parquet too, and no endpoint is needed', async () => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  const short = numbers.map((number) => ({
    id: `q${number}`,
    problem: prompt(number),
    output: `\\boxed{${2 * number}}`,
  }))
  await writeFile(join(folder.path, 'short.jsonl'), lines(short))
  parquetWriteFile({
    filename: join(folder.path, 'traces.parquet'),
    columnData: [
      { name: 'uid', data: numbers.map((number) => `q${number}`) },
      { name: 'trace', data: numbers.map(thought) },
      { name: 'usage', data: numbers.map(() => ({ completion_tokens: 30 })), type: 'JSON' },
    ],
  })
  const { code, ledger, stderr } = await distill(
    folder.path,
    recipe({ files: ['traces.parquet'], match: 'id', id: 'uid', field: 'trace' }),
  )
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(ledger.pairs.paired).toBe(6)
})

test('a dataset of this project is matched by its pair_id', async () => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  await writeFile(
    join(folder.path, 'short.jsonl'),
    lines(numbers.map((number) => ({ problem: prompt(number), output: `\\boxed{${2 * number}}` }))),
  )
  await writeFile(
    join(folder.path, 'traces.jsonl'),
    lines(numbers.map((number) => ({ problem: prompt(number), output: thought(number) }))),
  )
  expect((await distill(folder.path, recipe({ files: 'traces.jsonl' }))).ledger.pairs.paired).toBe(6)
  const again = await distill(folder.path, {
    ...recipe({ files: 'runs/imported/dataset/data/reasoning/*.parquet' }),
    name: 'again',
  })
  expect(again.stderr).toBe('')
  expect(again.ledger.pairs.paired).toBe(6)
})

test('traces come from a dataset of the Hub, at the commit that the run was begun with', async () => {
  await using folder = await temporaryFolder()
  await using hub = await startHub({ folder: join(folder.path, 'hub') })
  await problemsIn(folder.path)
  const short = numbers.map((number) => ({ problem: prompt(number), output: `\\boxed{${2 * number}}` }))
  await writeFile(join(folder.path, 'short.jsonl'), lines(short))
  await pushDataset(
    hub,
    'demo-org/traces',
    { 'data/train.jsonl': lines(tracesFor([1, 2, 3])) },
    { isPrivate: true },
  )
  const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token }
  const tree = recipe({ hub: 'demo-org/traces' })
  const first = await distill(folder.path, tree, environment)
  expect(first.stderr).toBe('')
  expect(first.stdout).toContain(
    '3 of 3 traces of demo-org/traces (default, train) answer problems of this run',
  )
  expect(first.ledger.pairs.paired).toBe(3)
  await pushDataset(hub, 'demo-org/traces', { 'data/train.jsonl': lines(tracesFor(numbers)) })
  expect((await distill(folder.path, tree, environment)).ledger.pairs.paired).toBe(3)

  await hub.close()
  const gone = await distill(folder.path, tree, environment)
  expect(gone.code).toBe(0)
  expect(gone.stdout).toContain('going on with the traces that were imported before')
  expect(gone.ledger.pairs.paired).toBe(3)

  const unknown = await distill(folder.path, { ...recipe({ hub: 'demo-org/none' }), name: 'other' })
  expect(unknown.code).not.toBe(0)
  expect(unknown.stderr).not.toMatch(/\n\s+at /u)
})

test.each<[string, RecipeTree, number, RegExp]>([
  ['a missing file', { files: 'none.jsonl' }, 2, /arms\.r1\.import\.files: no file "none\.jsonl"/u],
  ['standard input', { files: '-' }, 2, /traces cannot come from standard input/u],
  [
    'traces of other problems',
    { files: 'other.jsonl' },
    1,
    /none of the 1 traces of other\.jsonl answers a problem of this run \(1 no_such_problem\)/u,
  ],
  ['an unknown way of matching', { files: 'other.jsonl', match: 'name' }, 2, /match/u],
])('%s is one line', async (_name, importing, code, message) => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  await writeFile(join(folder.path, 'short.jsonl'), lines([{ problem: prompt(1), output: '2' }]))
  await writeFile(join(folder.path, 'other.jsonl'), lines([{ problem: 'Who?', output: 'Me.' }]))
  const result = await distill(folder.path, recipe(importing))
  expect(result.code).toBe(code)
  expect(result.stderr).toMatch(message)
  expect(result.stderr).not.toMatch(/\n\s+at /u)
})

test('an arm with neither or both of endpoint and import is refused', async () => {
  await using folder = await temporaryFolder()
  await problemsIn(folder.path)
  const tree = recipe({ files: 'x.jsonl' }, 'http://127.0.0.1:1/v1')
  const arms = tree['arms'] as Record<string, RecipeTree>
  const both = await distill(folder.path, {
    ...tree,
    arms: { ...arms, r1: { ...arms['r1'], endpoint: 'teacher' } },
  })
  expect(both.code).toBe(2)
  expect(both.stderr).toContain(
    'arm r1: an arm has an endpoint that is asked, or import for traces that exist',
  )
})
