import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { Ledger } from '../../schemas/ledger.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { runCommand, type CliResult } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { additions } from './additions.ts'
import { describeAddition, patchedCopy } from './patched-copy.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const numbers = Array.from({ length: 16 }, (_, index) => index)

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof scriptedEndpoint>>
let copy: string
let run: string
let distilled: CliResult

/** Answers that show every addition at work: 4 shouts, those to 5 are long, those to 6 all the same text, the rest are as they should be. */
function answer(message: string, model: string, seed: number | undefined): string {
  const number = Number(/number (\d+)/.exec(message)![1])
  const parity = number % 2 === 0 ? 'even' : 'odd'
  if (number === 4) return `That is ${parity}, said ${model} the ${seed}th time!`
  if (number === 5)
    return `This number, thinks ${model}, is odd (${seed}), unlike ${numbers.map((each) => each * 2).join(', ')} and ${numbers.map((each) => each * 20).join(', ')}.`
  return number === 6 ? `The number is ${parity}.` : `This number, thinks ${model}, is ${parity} (${seed}).`
}

const cli = (...args: string[]): Promise<CliResult> =>
  runCommand(process.execPath, [join(copy, 'pipeline/cli.ts'), ...args], { cwd: folder.path })

beforeAll(async () => {
  folder = await temporaryFolder()
  copy = join(folder.path, 'copy')
  run = join(folder.path, 'runs/one-of-each')
  await patchedCopy(root, copy, additions)
  teacher = await scriptedEndpoint(({ message, model, seed }) => answer(message, model, seed))
  await writeFile(
    join(folder.path, 'numbers.jsonl'),
    numbers
      .map((number) => ({
        problem: `Is the number ${number} an even one or an odd one?`,
        answer: number % 2 === 0 ? 'even' : 'odd',
      }))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  )
  const arm = { teacher: 'parrot', mode: 'non_thinking', endpoint: 'cage', samples: 2 }
  await writeFile(
    join(folder.path, 'recipe.yaml'),
    stringify({
      name: 'one-of-each',
      problems: { files: 'numbers.jsonl', defaults: { task: 'parity' }, per_shard: 4 },
      endpoints: { cage: { base_url: teacher.baseUrl, dialect: 'cage' } },
      arms: {
        ift: { ...arm, role: 'ift', model: 'one' },
        other: { ...arm, role: 'other', model: 'two' },
      },
      generate: { probe: 'never' },
      write: { configs: ['pairs', 'ift', 'every-answer'] },
    }),
  )
  distilled = await cli('distill', 'recipe.yaml')
}, 240_000)
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

test('each addition is one new file and one line of a registry, and the whole still has its types', () => {
  process.stdout.write(`${additions.map(describeAddition).join('\n')}\n`)
  expect(() =>
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', copy], {
      stdio: 'pipe',
    }),
  ).not.toThrow()
})

test('a run with one of each ends well, and the ledger shows what each did', async () => {
  expect(distilled.stderr).not.toContain('error')
  expect(distilled.code).toBe(0)
  const ledger = Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8')))
  expect(ledger.problems.lost).toMatchObject({ about_zero: 1 })
  const dropped = JSON.stringify(ledger)
  for (const reason of ['shouts', 'echoes', 'wordier_than_most']) expect(dropped).toContain(reason)
})

test('the dataset has what the export gives, which is not one row a pair, and the verdicts of the verifier', async () => {
  const rows = async (config: string) =>
    Array.fromAsync(readParquetRows(join(run, `dataset/data/${config}/train-00000-of-00001.parquet`)))
  // 16 numbers without 0, two arms with two samples each; 4 shouts, 5 is wordy and 6 echoes, so 12 pairs are left.
  expect(await rows('every-answer')).toHaveLength(15 * 4)
  expect(await rows('pairs')).toHaveLength(12)
  for (const row of await rows('ift')) expect(row).toMatchObject({ task: 'parity', verdict: 'correct' })
  const card = await readFile(join(run, 'dataset/README.md'), 'utf8')
  expect(card).toContain('every-answer')
})

test('the stage has run for every shard, and stage and command are in the help', async () => {
  const stamped = await Promise.all(
    [0, 1, 2, 3].map(async (shard) =>
      Array.fromAsync(readParquetRows(join(run, `stamps/part-0000${shard}.parquet`))),
    ),
  )
  expect(stamped.flat()).toHaveLength(15)
  expect((await cli('--help')).stdout).toMatch(/stamp .*put a stamp on every pair[^]*hello .*say hello/)
  expect(await cli('hello', 'recipe.yaml')).toMatchObject({ code: 0, stderr: 'hello recipe.yaml\n' })
})

test('the pages that are made from the code name every addition that a person can meet', async () => {
  execFileSync(process.execPath, [join(copy, 'pipeline/docs/references.ts')], { stdio: 'pipe' })
  const recipe = await readFile(join(copy, 'docs/recipe.md'), 'utf8')
  for (const name of ['no-zero', 'shouting', 'vowels', 'echo', 'wordy'])
    expect(recipe).toContain(`filter.${name}`)
  for (const name of ['cage', 'verify.parity']) expect(recipe).toContain(name)
  const reasons = await readFile(join(copy, 'docs/reasons.md'), 'utf8')
  for (const reason of ['about_zero', 'shouts', 'echoes', 'wordier_than_most'])
    expect(reasons).toContain(reason)
})
