import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import { readRun } from '../../pipeline/commands/books/read-run.ts'
import type { CommandIo } from '../../pipeline/commands/io.ts'
import type { ToPublish } from '../../pipeline/commands/push/checks/check.ts'
import { loadChecks, type PublicationCheck } from '../../pipeline/commands/push/checks/load-checks.ts'
import { runChecks } from '../../pipeline/commands/push/run-checks.ts'
import { openSession, type Session } from '../../store/session/session.ts'
import { listenForStop } from '../../pipeline/engine/stop-signals.ts'
import { checkNames } from '../../pipeline/recipe/publication-checks.ts'
import { createJsonReporter } from '../../pipeline/reporter/json-reporter.ts'
import { createTally } from '../../pipeline/reporter/tally.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import { openRedactor } from '../../store/secrets/redact.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One finished run; every test spoils a copy of its dataset in one way and asks the check that must see it. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let session: Session
const signals = listenForStop(() => undefined)

beforeAll(async () => {
  checks = await loadChecks()
  folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated'))
  expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
  session = await openSession(join(folder.path, 'runs/small'), { shared: false })
})
afterAll(async () => {
  await session.end()
  signals.release()
  await folder[Symbol.asyncDispose]()
})

const io = (): CommandIo => ({
  environment: {},
  cwd: folder.path,
  reporter: createJsonReporter(new PassThrough().resume(), Date.now),
  figures: () => createTally(Date.now).figures(),
  keys: openRedactor(),
  stdin: process.stdin,
  stdout: process.stdout,
  now: Date.now,
  random: Math.random,
})

/** A copy of the dataset in which rows of a configuration are others; `undefined` leaves a row as it is. */
async function spoilt(
  name: string,
  { changes = {}, config = 'reasoning', rows }: Spoil = {},
): Promise<ToPublish> {
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated', changes), `${name}.yaml`)
  const { context, record } = await readRun(recipe, { run: join(folder.path, 'runs/small') }, io())
  const copy = join(folder.path, name)
  await cp(join(folder.path, 'runs/small/dataset'), copy, { recursive: true })
  const manifest = await readManifest(copy)
  const exports = chooseExports(context.arms, context.recipe.write.configs, context.recipe.seed)
  if (rows !== undefined) {
    const { path } = manifest.files.find((file) => file.config === config)!
    const old = await Array.fromAsync(readParquetRows(join(copy, path)))
    const schema = exports.find((one) => one.name === config)!.schema(context.arms)
    await writeParquet({ path: join(copy, `${path}.new`), schema, rows: rows(old) })
    await cp(join(copy, `${path}.new`), join(copy, path))
  }
  return { context, plan: record.plan!, folder: copy, manifest, exports, io: io(), signals, session }
}

type Spoil = { changes?: RecipeTree; config?: string; rows?: (rows: Row[]) => Row[] }

/** The rows with the first one changed. */
const first =
  (change: (row: Row) => Row) =>
  ([row, ...others]: Row[]): Row[] => [{ ...row!, ...change(row!) }, ...others]
const answered = (text: (before: string) => string) =>
  first(({ messages }) => {
    const [user, assistant] = messages as { role: string; content: string }[]
    return { messages: [user!, { role: 'assistant', content: text(assistant!.content) }] as never }
  })

let checks: PublicationCheck[]
const check = (name: string): PublicationCheck => checks.find((one) => one.name === name)!
const outcome = async (name: string, dataset: ToPublish): Promise<string> =>
  check(name)
    .run(dataset)
    .then((found) => (typeof found === 'string' ? found : `${found.text}; not known: ${found.unknown}`))
    .catch((error: unknown) => `refused: ${(error as Error).message}`)

test('every check has a file, every file is a check, and each says what it makes sure of', async () => {
  const files = await readdir(join(import.meta.dirname, '../../pipeline/commands/push/checks'))
  const others = new Set(['check.ts', 'load-checks.ts', 'rows.ts'])
  expect(files.filter((name) => !others.has(name)).sort()).toEqual(
    checkNames.map((name) => `${name.replaceAll('_', '-')}.ts`).sort(),
  )
  for (const one of checks) {
    expect(one.describe.length).toBeGreaterThan(20)
    expect(one).toHaveProperty('run')
  }
})

test('a good dataset passes all of them, and a dry run says what each has looked at', async () => {
  const dataset = await spoilt('good')
  const results = await runChecks(dataset, true)
  expect(results.map(({ check: name, outcome: found }) => [name, found])).toEqual(
    checks.map(({ name }) => [name, name === 'contamination' ? 'accepted' : 'passed']),
  )
  const textOf = (name: string): string => results.find((one) => one.check === name)!.text
  const pairs = dataset.manifest.files[0]!.rows
  expect(textOf('pair_keys')).toBe(`${pairs} pairs, each once, in 3 configurations`)
  expect(textOf('verdicts')).toBe(`${4 * pairs} answers are found right again`)
  expect(textOf('contamination')).toMatch(/^nobody has looked whether the problems are items of a benchmark/)
})

const cases: [name: string, check: string, spoil: Spoil, refusal: RegExp][] = [
  [
    'twice',
    'pair_keys',
    { rows: (rows) => [rows[0]!, ...rows] },
    /^reasoning has the pair \w+ twice|^row 2 of/,
  ],
  ['fewer', 'pair_keys', { rows: (rows) => rows.slice(1) }, /^row 1 of pairs is the pair \w+, of reasoning/],
  [
    'rows',
    'card',
    { rows: (rows) => rows.slice(1) },
    /^README\.md gives \d+ rows for the configuration reasoning/,
  ],
  ['teacher', 'complete_rows', { rows: first(() => ({ teacher: '' })) }, /^1 of \d+ rows lack .*: teacher; /],
  ['prompt', 'complete_rows', { rows: first(() => ({ problem: ' ' })) }, /: prompt; /],
  [
    'suspect',
    'gold_suspect',
    { rows: first(() => ({ gold_suspect: true })) },
    /^1 of \d+ rows \(\d\.\d\d %\) are/,
  ],
  [
    'no think',
    'form',
    { rows: answered((text) => text.replace(/^<think>[^]*<\/think>\s*/, '')) },
    /there is no reasoning/,
  ],
  [
    'open',
    'form',
    { rows: answered((text) => text.replace('</think>', '')) },
    /the thinking block is not closed/,
  ],
  ['two', 'form', { rows: answered((text) => `${text}</think>`) }, /there is a tag besides/],
  [
    'block',
    'form',
    { config: 'ift', rows: answered((text) => `<think>\nSo\n</think>\n\n${text}`) },
    /that does not reason has/,
  ],
  [
    'aloud',
    'form',
    { config: 'ift', rows: answered((text) => `Okay, let me think. ${text}`) },
    /thinks aloud/,
  ],
  [
    'wrong',
    'verdicts',
    { rows: answered((text) => text.replace(/<\/think>[^]*/, '</think>\n\n\\boxed{-98765}')) },
    /^1 of \d+ answers that the dataset calls right are not found right again, such as reasoning \w+ \(incorrect/,
  ],
  [
    'gold',
    'verdicts',
    { rows: first(() => ({ reference_answers: ['1', '2'] as never })) },
    /reference is not that of the run/,
  ],
  [
    'path',
    'local_paths',
    { rows: first(() => ({ source_id: `in ${join(process.env['HOME'] ?? '', 'x')}` })) },
    /^$|names a folder of this machine/,
  ],
]

test.for(cases)('%s: %s refuses', async ([name, asked, spoil, refusal]) => {
  const dataset = await spoilt(name.replaceAll(' ', '-'), spoil)
  if (asked === 'local_paths') {
    const card = join(dataset.folder, 'README.md')
    await writeFile(card, `${await readFile(card, 'utf8')}\n${folder.path}/runs/small`)
  }
  const text = await outcome(asked, dataset)
  expect(text).toMatch(/^refused: /)
  expect(text.slice('refused: '.length)).toMatch(refusal)
  expect(text).toContain(`\`push.accept: [${asked}]\``)
})

test('answers that only a judge found right are no answers that were verified again', async () => {
  const judged = await spoilt('judged', {
    rows: (rows) => rows.map((row) => Object.assign({}, row, { verdict_source: 'judge' })),
  })
  const only = { ...judged, exports: judged.exports.filter(({ name }) => name === 'reasoning') }
  expect(await outcome('verdicts', only)).toMatch(
    /^refused: all \d+ answers .* rest on the word of a judge, .*`push\.accept: \[verdicts\]`/,
  )
  expect(await outcome('verdicts', judged)).toMatch(
    /^\d+ answers are found right again; not known: \d+ more of the sample are right by a judge/,
  )
})

test('answers of which no column says how they came about are named, and a push tells of them', async () => {
  const comparison = ['long', 'wide'].map((layout) => ({ export: 'comparison', layout }))
  const configs = ['reasoning', ...comparison, 'on-off', 'sharegpt', 'harmony', 'rl', 'grouped']
  const changes = { write: { configs }, name: 'untold' }
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated', changes), 'untold.yaml')
  expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
  const run = join(folder.path, 'runs/untold')
  const { context, record } = await readRun(recipe, { run }, io())
  const dataset = {
    context,
    plan: record.plan!,
    folder: join(run, 'dataset'),
    manifest: await readManifest(join(run, 'dataset')),
    exports: chooseExports(context.arms, context.recipe.write.configs, context.recipe.seed),
    io: io(),
    signals,
    session,
  }
  const results = await runChecks(dataset, false)
  const unknown = (name: string) => results.find((one) => one.check === name)?.unknown
  expect(unknown('complete_rows')).toContain('the columns of comparison-wide, grouped do not say')
  expect(unknown('form')).toContain('the columns of comparison-wide do not say')
  expect(unknown('verdicts')).toContain('comparison-wide, grouped')
  expect(unknown('gold_suspect')).toContain('the columns of comparison-wide do not say')
})

test('problems of a benchmark are counted by its name, and one without is none', async () => {
  const [row] = await Array.fromAsync(
    readParquetRows(join(folder.path, 'runs/small/dataset/data/pairs/train-00000-of-00001.parquet')),
  )
  await writeFile(
    join(folder.path, 'bench.jsonl'),
    `${JSON.stringify({ id: 'b1', problem: row!['problem'] })}\n`,
  )
  await writeFile(
    join(folder.path, 'clean.jsonl'),
    `${JSON.stringify({ id: 'c1', problem: 'Name the whale of a novel about a captain who hunts it over all seas.' })}\n`,
  )
  const benchmarks = { held: { file: 'bench.jsonl' }, clean: { file: 'clean.jsonl' } }
  const changes = { filter: { contamination: { policy: 'warn', benchmarks } }, push: {} }
  expect(await outcome('contamination', await spoilt('held', { changes }))).toMatch(
    /^refused: problems of the dataset are in benchmarks \(held \d+, clean 0\), such as: .*item b1 of held/,
  )
  const others = { filter: { contamination: { benchmarks: { clean: { file: 'clean.jsonl' } } } }, push: {} }
  expect(await outcome('contamination', await spoilt('clean', { changes: others }))).toMatch(
    /^\d+ problems, none of which is in clean$/,
  )
  // A run that leaves them out says in its card how many each benchmark had.
  const dropping = { filter: { contamination: { benchmarks } }, name: 'dropping' }
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated', dropping), 'dropping.yaml')
  expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
  const run = join(folder.path, 'runs/dropping')
  const card = await readFile(join(run, 'dataset/README.md'), 'utf8')
  const { problems } = JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')) as Ledger
  expect(problems.lost['contaminated']).toBeGreaterThan(0)
  expect(card).toContain(
    `- Decontamination against benchmarks: problems left out as items of a benchmark: \`held\` ${problems.lost['contaminated']}, \`clean\` 0\n`,
  )
})

test('a check that cannot be made refuses, and the recipe may accept what another finds', async () => {
  const broken = await spoilt('broken')
  const gone = { ...broken, folder: join(folder.path, 'gone') }
  await expect(runChecks(gone, false)).rejects.toThrow(/nothing was sent|no YAML block/)
  const suspect = await spoilt('accepted', {
    rows: first(() => ({ gold_suspect: true })),
    changes: { push: { accept: ['contamination', 'gold_suspect', 'card', 'pair_keys'] } },
  })
  const found = (await runChecks(suspect, true)).find((one) => one.check === 'gold_suspect')
  expect(found).toMatchObject({ outcome: 'accepted' })
  expect(found!.text).toMatch(/^1 of \d+ rows/)
})
