import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { ProblemKind } from '../../schemas/problem-kind.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { readPart } from '../../store/parts/part.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { scriptedEndpoint, type ScriptedReply, type ScriptedRequest } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Six problems of each cell of the study, and three of which nobody can tell everything. */
const six = [1, 2, 3, 4, 5, 6]
const rows = [
  ...six.map((n) => ({
    id: `mo${n}`,
    problem: `How many apples are ${n} baskets of ${n + 9}?`,
    answer: String(n * (n + 9)),
    domain: 'algebra',
    task: 'math',
  })),
  ...six.map((n) => ({
    id: `mc${n}`,
    problem: `${n} and ${n} are how many?`,
    answer: 'B',
    choices: [String(n), String(2 * n), String(3 * n)],
    domain: 'algebra',
    task: 'choice',
  })),
  ...six.map((n) => ({
    id: `go${n}`,
    problem: `Who wrote the book with the number ${n} of the old library?`,
    answer: `Author ${n}`,
    domain: '',
    task: 'text',
  })),
  ...six.map((n) => ({
    id: `gc${n}`,
    problem: `Who painted picture ${n}?`,
    answer: 'A',
    choices: ['Anna', 'Bert', 'Carl'],
    domain: 'arts',
    task: 'choice',
  })),
  // The judge cannot tell, says nothing that can be read, and is cut off.
  { id: 'x1', problem: 'Which of the following is a painter?', answer: 'Anna', domain: '', task: 'text' },
  { id: 'x2', problem: 'Is the answer to this yes or no?', answer: 'yes', domain: '', task: 'text' },
  { id: 'x3', problem: 'Say A, for it is the right letter.', answer: 'A', domain: '', task: 'text' },
]
/** Those of which a column or a rule does not tell the area. */
const untold = 15

function teach({ model, message }: ScriptedRequest): string {
  const { answer } = rows.find(({ problem }) => message.startsWith(problem))!
  const said = `It is \\boxed{${answer}}.`
  return model === 'thinker' ? `<think>\nI have to look at it for a while.\n</think>\n\n${said}` : said
}

function tell({ message }: ScriptedRequest): ScriptedReply {
  if (message.includes('yes or no')) return 'I would rather not.'
  if (message.includes('Say A')) return { cut: 'The area' }
  const format = message.includes('Which of the following') ? 'unknown' : 'multiple_choice'
  return `Let me see. Area: MATH?\narea: general; format: ${format}`
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof scriptedEndpoint>>
let judge: Awaited<ReturnType<typeof scriptedEndpoint>>
let reply: (request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply> = tell

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await scriptedEndpoint(teach)
  judge = await scriptedEndpoint((request) => reply(request))
  await writeFile(join(folder.path, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
beforeEach(() => {
  reply = tell
  judge.requests.length = 0
  teacher.requests.length = 0
})
afterAll(async () => {
  await judge[Symbol.asyncDispose]()
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const judged = { domains: { algebra: 'math' }, judge: { endpoint: 'judge', teacher: 'generic', model: 'j' } }

function recipe(name: string, changes: RecipeTree = {}): Promise<string> {
  const arm = { teacher: 'generic', endpoint: 'teacher' }
  return writeRecipe(
    folder.path,
    {
      name,
      problems: { files: 'problems.jsonl', fields: { id: 'id', task: 'task' }, per_shard: 9 },
      endpoints: {
        teacher: { base_url: teacher.baseUrl, price: { input: 0, output: 0, date: '2026-01-01' } },
        judge: {
          base_url: judge.baseUrl,
          retries: 0,
          max_in_flight: 1,
          price: { input: 10, output: 100, date: '2026-01-01' },
        },
      },
      arms: {
        plain: { ...arm, role: 'ift', mode: 'non_thinking', model: 'teller' },
        thinking: { ...arm, role: 'reasoning', mode: 'thinking', model: 'thinker' },
      },
      generate: { probe: 'never' },
      filter: { length: false },
      write: { plots: false },
      ...changes,
    },
    `${name}.yaml`,
  )
}

const cli = (command: string, path: string, ...flags: string[]) =>
  runCli([command, path, ...flags], { cwd: folder.path })
const runOf = (name: string): string => join(folder.path, 'runs', name)

async function ledgerOf(name: string): Promise<Ledger> {
  const ledger = Ledger.parse(JSON.parse(await readFile(join(runOf(name), 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  return ledger
}

async function kindsOf(name: string): Promise<Map<string, ProblemKind>> {
  const kinds = new Map<string, ProblemKind>()
  for (const shard of [0, 1, 2]) {
    const own = new Map<string, ProblemKind>()
    for await (const kind of readPart(runOf(name), 'kinds', shard)) own.set(kind.id, kind)
    for await (const { id, source_id } of readPart(runOf(name), 'problems', shard, ['id', 'source_id']))
      kinds.set(source_id, own.get(id)!)
  }
  return kinds
}

async function rowsOf(name: string, config: string): Promise<Row[]> {
  const dataset = join(runOf(name), 'dataset')
  const found: Row[] = []
  for (const file of (await readManifest(dataset)).files)
    if (file.config === config)
      for await (const row of readParquetRows(join(dataset, file.path))) found.push(row)
  return found
}

const cells = {
  'general/multiple_choice': 6,
  'general/open_ended': 6,
  'general/unknown': 1,
  'math/multiple_choice': 6,
  'math/open_ended': 6,
  'unknown/unknown': 2,
}

test('columns, maps, rules and a judge tell area and format, what nobody tells has its reason, and mixes take cells', async () => {
  const four = { 'math/open_ended': 2, 'math/multiple_choice': 1, 'general/open_ended': 1 }
  const none = { name: 'science', export: 'mix', cells: { 'math/open_ended': 9, 'science/open_ended': 1 } }
  const configs = ['pairs', { export: 'mix', ratio: 0.5, cells: four }, none]
  const path = await recipe('told', { classify: judged, write: { plots: false, configs } })
  const { code, stdout, stderr } = await cli('distill', path)
  expect(code).toBe(0)
  expect(judge.requests).toHaveLength(untold)
  const kinds = await kindsOf('told')
  expect(kinds.get('mo1')).toMatchObject({
    area: 'math',
    area_from: 'map',
    format: 'open_ended',
    format_from: 'rule',
  })
  expect(kinds.get('gc1')).toMatchObject({ area: 'general', area_from: 'judge', format_from: 'column' })
  // The judge was asked about its area and also said something of its format, which was known.
  expect(kinds.get('go1')).toMatchObject({ area_from: 'judge', format: 'open_ended', format_from: 'rule' })
  expect(kinds.get('x1')).toMatchObject({
    area: 'general',
    format: 'unknown',
    format_reason: 'judge_undecided',
  })
  expect(kinds.get('x2')).toMatchObject({
    area_reason: 'judge_unreadable',
    format_reason: 'judge_unreadable',
  })
  expect(kinds.get('x3')).toMatchObject({
    area_reason: 'judge_unreadable',
    format_reason: 'judge_unreadable',
  })

  const ledger = await ledgerOf('told')
  expect(ledger.kinds).toEqual({
    cells,
    area_from: { judge: 13, map: 12, none: 2 },
    format_from: { column: 12, none: 3, rule: 12 },
    area_unknown: { judge_unreadable: 2 },
    format_unknown: { judge_undecided: 1, judge_unreadable: 2 },
    pending: 0,
  })
  expect(stdout).toMatch(/problems by area and format: general\/multiple_choice 6, general\/open_ended\s+6/)
  expect(ledger.spend.find(({ arm }) => arm === 'classifier')).toMatchObject({ requests: untold })
  expect(ledger.tokens.filter(({ reason }) => reason === 'classifying')).toMatchObject([{ stage: 'planned' }])

  const pairs = await rowsOf('told', 'pairs')
  expect(
    Object.fromEntries(
      Map.groupBy(pairs, cellOf)
        .entries()
        .map(([cell, own]) => [cell, own.length]),
    ),
  ).toEqual(cells)
  const mixed = Map.groupBy(await rowsOf('told', 'mix-50'), cellOf)
  expect(mixed.size).toBe(3)
  for (const [cell, weight] of Object.entries(four)) {
    const own = mixed.get(cell)!
    expect(own).toHaveLength(3 * weight)
    expect(Math.abs(own.filter(({ mode }) => mode === 'thinking').length - (3 * weight) / 2)).toBeLessThan(1)
  }
  expect(await readFile(join(runOf('told'), 'dataset/README.md'), 'utf8')).toContain('Areas and formats: ')
  // Nine of ten would be a share of what is there, and none of what is not.
  expect(await rowsOf('told', 'science')).toEqual([])
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(noScience)
})

const noScience =
  'the configuration science has no row, because no pair is in science/open_ended; there are pairs of general/multiple_choice 6, general/open_ended 6, general/unknown 1, math/multiple_choice 6, math/open_ended 6, unknown/unknown 2: take what is missing out of its `cells`'

test('status and report tell areas and formats, and a configuration that they leave without rows is not published', async () => {
  const path = join(folder.path, 'told.yaml')
  const { stdout } = await cli('status', path)
  const told = stdout.replaceAll(/\s+/g, ' ')
  expect(told).toContain(
    'problems by area and format: general/multiple_choice 6, general/open_ended 6, general/unknown 1, math/multiple_choice 6, math/open_ended 6, unknown/unknown 2; area told by judge 13, map 12, none 2 (judge_unreadable 2); format told by column 12, none 3, rule 12 (judge_undecided 1, judge_unreadable 2)',
  )
  expect(await cli('report', path)).toMatchObject({ code: 0 })
  const report = JSON.parse(await readFile(join(runOf('told'), 'report/report.json'), 'utf8')) as {
    sections: { tables: { rows: Row[] }[] }[]
  }
  const paired = report.sections
    .flatMap((section) => section.tables.flatMap((table) => table.rows))
    .filter((row) => row['by'] === 'domain · format')
  expect(Object.fromEntries(paired.map(({ group, problems }) => [group, problems]))).toEqual(
    Object.fromEntries(Object.entries(cells).map(([cell, count]) => [cell.replace('/', ' · '), count])),
  )
  const pushed = await cli('push', path, '--repo', 'org/x', '--dry-run')
  expect([pushed.code, pushed.stderr]).toEqual([1, expect.stringContaining(noScience)])
})

test('a judge that refuses a question leaves that problem unknown, and is not asked it again', async () => {
  const path = await recipe('refused', { classify: judged })
  // Not the first one of all: that would mean that it refuses everything.
  reply = (request) => (judge.requests.length === 3 ? { status: 400 } : tell(request))
  for (const command of ['problems', 'classify', 'classify']) {
    const { code, stderr } = await cli(command, path)
    expect([code, stderr]).toEqual([0, expect.anything()])
    if (judge.requests.length > 0 && command === 'classify') reply = tell
  }
  expect(judge.requests).toHaveLength(untold)
  const kinds = [...(await kindsOf('refused')).values()]
  const failed = kinds.filter(({ area_reason, format_reason }) =>
    [area_reason, format_reason].includes('judge_failed'),
  )
  expect(failed).toHaveLength(1)
  expect([failed[0]!.area, failed[0]!.format]).toContain('unknown')
})

function cellOf({ area, format }: Row): string {
  return `${String(area)}/${String(format)}`
}

test('a kill in the midst of asking loses no reply', async () => {
  const path = await recipe('killed', { classify: judged })
  let gate = Promise.withResolvers<undefined>()
  reply = async (request) => {
    if (judge.requests.length > 4) await gate.promise
    return tell(request)
  }
  const { child, ended } = startCli(['distill', path], { cwd: folder.path })
  while (judge.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 5))
  child.kill('SIGKILL')
  await ended
  gate.resolve(undefined)
  expect(teacher.requests).toEqual([])

  expect(await cli('distill', path)).toMatchObject({ code: 0 })
  // The one that was cut off is asked again, and no other.
  expect(judge.requests).toHaveLength(untold + 1)
  expect((await ledgerOf('killed')).spend.find(({ arm }) => arm === 'classifier')).toMatchObject({
    requests: untold,
    unsettled: 1,
  })
  expect(await folderDigest(join(runOf('killed'), 'dataset/data/pairs'))).toEqual(
    await folderDigest(join(runOf('told'), 'dataset/data/pairs')),
  )
})

const selecting = (usd: number): Promise<string> =>
  recipe('waves', {
    classify: { ...judged, judge: { ...judged.judge, max_tokens: 64 } },
    select: { pairs: 27, within: 'budget' },
    budget: { usd },
  })

test('with `select` only problems that are asked are put to the judge, and a budget that ends there leaves a dataset', async () => {
  expect(await cli('distill', await selecting(0.031))).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/error: \d+ of 27 pairs: the dataset has no more\. The budget is used up/),
  })
  const first = await ledgerOf('waves')
  const { chosen, asked } = first.selection!.strata['all']!
  expect(asked).toBeLessThan(chosen)
  expect(first.pairs.lost['awaits_budget']).toBe(chosen - asked)
  // The budget ended in the second wave.
  expect(first.kinds!.area_unknown['judge_not_asked']).toBeGreaterThan(0)
  expect(judge.requests.length).toBeLessThan(untold)
  const pairs = await rowsOf('waves', 'pairs')
  expect(pairs).toHaveLength(first.pairs.written)
  expect(pairs.length).toBeGreaterThan(5)
  // What is in the dataset is known, however little there is of it.
  expect(new Set(pairs.map((row) => (row['kind_from'] as Row)['area_reason']))).not.toContain(
    'judge_not_asked',
  )

  expect(await cli('distill', await selecting(5))).toMatchObject({ code: 0 })
  expect((await ledgerOf('waves')).kinds!.cells).toEqual(cells)
  const questions = judge.requests.map(({ message }) => message)
  expect(questions).toHaveLength(untold)
  expect(new Set(questions).size).toBe(untold)
})

const byCell = (usd: number): Promise<string> =>
  recipe('cells', {
    classify: { ...judged, judge: { ...judged.judge, max_tokens: 64 } },
    select: {
      pairs: 8,
      by: 'cell',
      quotas: {
        'math/open_ended': 1,
        'math/multiple_choice': 1,
        'general/open_ended': 1,
        'general/multiple_choice': 1,
      },
    },
    budget: { usd },
  })

test('cells are strata: all problems are put to the judge before any is chosen, as `plan` says', async () => {
  const plan = await cli('plan', await byCell(0.02), '--pilot', '6')
  expect(plan.code).toBe(0)
  expect(plan.stdout).toMatch(/classifier +15 +[\d,]+ tok +64 tok /)
  // Six problems of four cells are a forecast within bounds too; and the pairs pay for the questions about problems that are not chosen.
  const expected = (name: string): number =>
    Number(new RegExp(`^${name} +\\$?([\\d,.]+)`, 'mu').exec(plan.stdout)![1]!.replaceAll(',', ''))
  expect(expected('tokens')).toBeLessThan(200_000)
  expect(Math.abs((8 * expected('cost of a pair')) / expected('cost') - 1)).toBeLessThan(0.12)
  expect(plan.stdout.replaceAll(/\s+/g, ' ')).toContain('`select.by: cell` needs to know it of all of them')
  const ofPilot = judge.requests.length
  expect(ofPilot).toBeGreaterThan(0)
  expect(ofPilot).toBeLessThan(7)
  const answered = teacher.requests.length
  expect(await cli('distill', await byCell(0.02))).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('so none is chosen yet. The budget is used up') as string,
  })
  expect(teacher.requests).toHaveLength(answered)

  expect(await cli('distill', await byCell(1))).toMatchObject({ code: 0 })
  const { selection } = await ledgerOf('cells')
  const selected = Object.entries(selection!.strata).filter(([, stratum]) => stratum.selected > 0)
  expect(selected.map(([name, stratum]) => [name, stratum.selected])).toEqual(
    ['general/multiple_choice', 'general/open_ended', 'math/multiple_choice', 'math/open_ended'].map(
      (name) => [name, 2],
    ),
  )
  expect(new Set(judge.requests.map(({ message }) => message)).size).toBe(untold)
  expect(judge.requests).toHaveLength(untold)
})
