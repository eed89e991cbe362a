import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atMost } from '../../review/verdicts/binomial.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { questions } from './independent.ts'
import { scriptedRun } from './scripted-run.ts'

type Row = Record<string, string | number | null>
type Table = { id: string; columns: { key: string; form: string; interval?: string[] }[]; rows: Row[] }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let run: string
let tables: Table[]
let db: DuckDBConnection

beforeAll(async () => {
  folder = await temporaryFolder()
  run = await scriptedRun(folder.path)
  db = await (await DuckDBInstance.create()).connect()
  const pairs = await asked(`SELECT pair_id FROM '${run}/pairs/*.parquet' WHERE lost = '' ORDER BY pair_id`)
  await mkdir(join(run, 'reviews'))
  const verdicts = pairs.map(({ pair_id }, at) => ({
    pair_id,
    reviewer: 'ana',
    at: '2026-01-01T00:00:00Z',
    verdict: at % 9 === 0 ? 'reject' : 'accept',
    reason: at % 9 > 0 ? undefined : at % 18 === 0 ? 'wrong_answer' : 'gold_wrong',
    sample: { seed: 1, stratum: 's', why: at % 4 === 3 ? 'longest' : 'random' },
  }))
  await writeFile(
    join(run, 'reviews/ana.jsonl'),
    verdicts.map((each) => `${JSON.stringify(each)}\n`).join(''),
  )
  const { code, stderr } = await runCli(['report', run], { cwd: folder.path })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const report = JSON.parse(await readFile(join(run, 'report/report.json'), 'utf8')) as {
    sections: { tables: Table[] }[]
  }
  tables = report.sections.flatMap((section) => section.tables)
})
afterAll(() => folder[Symbol.asyncDispose]())

async function asked(sql: string): Promise<Row[]> {
  const reader = await db.runAndReadAll(sql)
  return reader
    .getRowObjectsJS()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint'
            ? Number(value)
            : Number.isNaN(value)
              ? null
              : (value as string | number | null),
        ]),
      ),
    )
}

test('every table of a report has a question of its own, and none is empty in this run', () => {
  expect(tables.map(({ id }) => id).toSorted()).toEqual(Object.keys(questions).toSorted())
  expect(tables.filter(({ rows }) => rows.length === 0).map(({ id }) => id)).toEqual([])
})

test.for(Object.keys(questions))('%s: every number is that of an independent query', async (id) => {
  const { columns, rows } = tables.find((table) => table.id === id)!
  const keys = columns.flatMap(({ key, interval = [] }) => [key, ...interval])
  // The exact interval of Clopper and Pearson is no matter for SQL, see below.
  const numbers = keys.filter((key) => !(id === 'reviewed' && /_(?:low|high)$/u.test(key)))
  const shown = ordered(rows, columns, numbers)
  const wanted = ordered(await asked(questions[id]!(run)), columns, numbers)
  expect(shown.length).toBe(wanted.length)
  for (const [at, row] of shown.entries())
    for (const key of numbers) {
      const [is, should] = [row[key] ?? null, wanted[at]![key] ?? null]
      const place = [id, at, key, JSON.stringify(row)]
      if (typeof is === 'number' && typeof should === 'number')
        expect([
          ...place,
          Math.abs(is - should) <= 1e-9 * Math.max(1, Math.abs(should)) ? should : is,
        ]).toEqual([...place, should])
      else expect([...place, is]).toEqual([...place, should])
    }
})

function rowsOf(id: string): Row[] {
  return tables.find((table) => table.id === id)!.rows
}

/** Rows by their texts, and by the numbers that tell rows apart. */
function ordered(rows: readonly Row[], columns: Table['columns'], keys: readonly string[]): Row[] {
  const telling = [
    ...columns.filter(({ form }) => form === 'text').map(({ key }) => key),
    'budget',
    'k',
    'cap',
    'size',
  ]
  const of = (row: Row): string =>
    [
      ...telling.map((key) => String(row[key] ?? '')),
      Number(row['from'] ?? 0)
        .toFixed(6)
        .padStart(20, '0'),
    ].join('|')
  return rows
    .map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null])))
    .toSorted((a, b) => (of(a) < of(b) ? -1 : 1))
}

test('the bounds of what people found are those at which so few, or so many, would be seen with a chance of 2.5 %', () => {
  for (const row of tables.find(({ id }) => id === 'reviewed')!.rows) {
    const [n, of, low, high] = ['n', 'of', 'rate_low', 'rate_high'].map((key) => Number(row[key])) as [
      number,
      number,
      number,
      number,
    ]
    expect(atMost(n, of, high)).toBeCloseTo(0.025, 6)
    if (n > 0) expect(1 - atMost(n - 1, of, low)).toBeCloseTo(0.025, 6)
  }
})

test('accuracy never falls with the budget, paired outcomes add up, the funnel loses what it does not pass on', () => {
  for (const arm of ['plain', 'thinking']) {
    const shares = rowsOf('budget')
      .filter((row) => row['arm'] === arm)
      .map(({ share }) => Number(share))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  }
  for (const row of rowsOf('paired'))
    expect(['both', 'only_a', 'only_b', 'neither'].reduce((sum, key) => sum + Number(row[key]), 0)).toBe(
      row['problems'],
    )
  for (const { stage, arm, in: before, out } of rowsOf('funnel')) {
    const lost = rowsOf('losses').filter((row) => row['stage'] === stage && row['arm'] === arm)
    expect(Number(before) - Number(out)).toBe(lost.reduce((sum, row) => sum + Number(row['lost']), 0))
  }
})

test('the page shows each of these numbers and no other, and runs nothing', async () => {
  const page = await readFile(join(run, 'report/index.html'), 'utf8')
  const { document } = parseHTML(page)
  const shown = [...document.querySelectorAll('data')].map((each) => each.getAttribute('value'))
  const wanted = tables.flatMap(({ columns, rows }) =>
    rows.flatMap((row) =>
      columns.flatMap(({ key, form, interval = [] }) =>
        form === 'text' ? [] : [key, ...interval].map((each) => row[each]).filter((value) => value !== null),
      ),
    ),
  )
  expect(shown.map(String).toSorted(byText)).toEqual(wanted.map(String).toSorted(byText))
  expect(document.querySelectorAll('script, link, img, iframe, [style], [onload]').length).toBe(0)
  expect(page).not.toMatch(/\b(?:src|href)="(?!#)/u)
  expect(document.querySelectorAll('figure > svg').length).toBeGreaterThan(8)
})

function byText(a: string, b: string): number {
  return a < b ? -1 : 1
}

test('a run is named by its recipe as well, and what is neither is one line', async () => {
  const recipe = join(folder.path, `${basename(run)}.yaml`)
  const named = await runCli(['report', recipe, '--json'], { cwd: folder.path })
  expect({ code: named.code, stderr: named.code === 0 ? '' : named.stderr }).toEqual({ code: 0, stderr: '' })
  expect(named.stdout).toContain('"sections"')
  const neither = await runCli(['report', join(folder.path, 'nothing.yaml')], { cwd: folder.path })
  expect(neither.code).toBe(2)
  expect(neither.stderr.trim().split('\n')).toHaveLength(1)
  expect(neither.stderr).toContain('nothing.yaml')
})

test('a path is a path, whatever it would mean as a pattern or as a column', async () => {
  const odd = join(folder.path, 'runs/domain=x/a[b]*c?d')
  await cp(run, odd, { recursive: true })
  await rm(join(odd, 'report'), { recursive: true })
  // The pattern would read this one, which holds nothing.
  await mkdir(join(folder.path, 'runs/domain=x/ab-c_d/traces'), { recursive: true })
  await writeFile(join(folder.path, 'runs/domain=x/ab-c_d/traces/part-00000.parquet'), '')
  const { code, stderr } = await runCli(['report', odd], { cwd: folder.path })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const [own, same] = await Promise.all(
    [run, odd].map(async (each) =>
      // Sums of the database differ in their last digits by the order of its threads.
      JSON.parse(await readFile(join(each, 'report/report.json'), 'utf8'), (_, value: unknown) =>
        typeof value === 'number' ? Number(value.toFixed(6)) : value,
      ),
    ),
  )
  expect(same).toEqual(own)
  const where = ['--run', odd, '--where', "domain = 'algebra' AND thinking.tokens > 0", '-n', '2', '--json']
  const shown = await runCli(['show', join(folder.path, 'counted.yaml'), ...where], { cwd: folder.path })
  expect({ code: shown.code, stderr: shown.code === 0 ? '' : shown.stderr }).toEqual({ code: 0, stderr: '' })
  expect(shown.stdout.match(/"pair_id"/gu)).toHaveLength(2)
})

test('shards that another recipe made, or that are not done, are no part of a report', async () => {
  const recipe = join(folder.path, 'counted.yaml')
  const changed = join(folder.path, 'changed.yaml')
  const text = await readFile(recipe, 'utf8')
  await writeFile(
    changed,
    text.replace('near-duplicate: true', 'near-duplicate: true\n  think-format: false'),
  )
  const stale = await runCli(['report', changed, '--run', run], { cwd: folder.path })
  expect(stale).toMatchObject({ code: 2 })
  expect(stale.stderr).toMatch(/^error: no shard of .* was made by the recipe as it is now; run/mu)
  const unfinished = join(folder.path, 'runs/unfinished')
  await cp(run, unfinished, { recursive: true })
  await rm(join(unfinished, 'verdicts/part-00001.parquet'))
  const { code, stdout, stderr } = await runCli(['report', unfinished], { cwd: folder.path })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  expect(`${stdout}${stderr}`).toMatch(/shards? (?:is|are) not done and left out/u)
})

async function compared(beside: string): Promise<Table[]> {
  const { code, stdout, stderr } = await runCli(['report', run, '--compare', beside, '--json'], {
    cwd: folder.path,
  })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const line = stdout.split('\n').find((each) => each.includes('"sections"'))!
  const found = JSON.stringify(JSON.parse(line))
  expect(found).toContain('"id":"compare"')
  const report = JSON.parse(await readFile(join(run, 'report/report.json'), 'utf8')) as {
    sections: { tables: Table[] }[]
  }
  return report.sections[0]!.tables
}

test('two arms are compared problem by problem', async () => {
  const [shares, lengths] = await compared('thinking..plain')
  for (const [table, figure, value] of [
    [shares!, 'share right', 'ok'],
    [lengths!, 'tokens', 'tok'],
  ] as const) {
    const [wanted] =
      await asked(`SELECT count(*) AS n, avg(a.y) AS a, avg(b.y) AS b, avg(a.y - b.y) AS difference,
      avg(a.y - b.y) - 1.959963984540054 * stddev_samp(a.y - b.y) / sqrt(count(*)) AS difference_low
      FROM ${meansOf(value, 'thinking')} a JOIN ${meansOf(value, 'plain')} b USING (problem_id)`)
    const row = table.rows.find((each) => each['figure'] === figure)!
    for (const [key, should] of Object.entries(wanted!))
      expect(Number(row[key])).toBeCloseTo(Number(should), 9)
  }
})

test('a run beside itself differs by nothing, with an interval around it', async () => {
  const found = await compared(run)
  expect(found.map(({ id }) => id)).toContain('compare-accuracy')
  for (const { columns, rows } of found)
    for (const { key, interval } of columns.filter((column) => column.key.endsWith('_difference')))
      for (const row of rows) {
        if (row[key] === null) continue
        expect(Number(row[key])).toBeCloseTo(0, 9)
        if (row[interval![0]!] === null) continue
        expect(Number(row[interval![0]!])).toBeLessThanOrEqual(0)
        expect(Number(row[interval![1]!])).toBeGreaterThanOrEqual(0)
      }
})

test('a damaged part and a run that is not there are told in one line', async () => {
  const broken = join(folder.path, 'runs/broken')
  await cp(run, broken, { recursive: true })
  // Reviews would have the pairs read, and the damage found, before anything is counted.
  await rm(join(broken, 'reviews'), { recursive: true })
  await writeFile(join(broken, 'traces/part-00001.parquet'), 'PAR1 and no more')
  for (const [target, wanted] of [
    [broken, { code: 1, said: /^error: the run's files cannot be read .*part-00001/mu }],
    [join(folder.path, 'runs/none'), { code: 2, said: /^error: /mu }],
  ] as const) {
    const { code, stderr } = await runCli(['report', target], { cwd: folder.path })
    expect({ code, said: wanted.said.test(stderr) && !/\n\s+at /u.test(stderr) ? '' : stderr }).toEqual({
      code: wanted.code,
      said: '',
    })
  }
})

/** The mean of a value over the answers of an arm, for every problem. */
function meansOf(value: string, arm: string): string {
  return `(SELECT problem_id, avg(${value}) AS y FROM (SELECT t.*, (v.verdict = 'correct')::INT AS ok, t.reasoning_tokens + t.answer_tokens AS tok
    FROM '${run}/traces/*.parquet' t JOIN '${run}/verdicts/*.parquet' v USING (key)) WHERE arm = '${arm}' GROUP BY problem_id)`
}
