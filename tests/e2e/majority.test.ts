import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { readPart } from '../../store/parts/part.ts'
import { sampleSeed } from '../../schemas/arm.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { Verdict } from '../../schemas/verdict.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* What the samples of each problem say, arm by arm, and what its source says. */
const problems: Record<string, { gold?: string; answers: Record<string, string[]> }> = {
  'missing, agreed': { answers: { one: ['1/2', '0.5', '3', '\\frac12'], two: ['0.50', '7', '1/2', '8'] } },
  'missing, torn': { answers: { one: ['1', '2', '3', '4'], two: ['5', '6', '7', '8'] } },
  'wrong gold': { gold: '10', answers: { one: ['12', '12', '12', '11'], two: ['12.0', '9', '8', '7'] } },
  'hard, no agreement': { gold: '10', answers: { one: ['1', '2', '3', '4'], two: ['5', '6', '7', '8'] } },
  'two teachers agree': { gold: '10', answers: { one: ['20', '20', '1', '2'], two: ['20', '20', '3', '4'] } },
  'sometimes right': {
    gold: '10',
    answers: { one: ['12', '12', '12', '10'], two: ['12', '12', '12', '12'] },
  },
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teachers: Awaited<ReturnType<typeof scriptedEndpoint>>
/** Which of an arm's answers comes next; the order in which samples are asked does not matter to any verdict here. */
const given = new Map<string, number>()

beforeAll(async () => {
  folder = await temporaryFolder()
  teachers = await scriptedEndpoint(({ model, message }) => {
    const name = Object.keys(problems).find((candidate) => message.includes(candidate))!
    const key = `${model} ${name}`
    const turn = given.get(key) ?? 0
    given.set(key, turn + 1)
    return `So it is \\boxed{${problems[name]!.answers[model]![turn]!}}.`
  })
  await writeFile(
    join(folder.path, 'problems.jsonl'),
    Object.entries(problems)
      .map(
        ([name, { gold }]) => `${JSON.stringify({ problem: `How much is ${name}?`, answer: gold ?? '' })}\n`,
      )
      .join(''),
  )
})
afterAll(async () => {
  await teachers[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const recipe = (verify: RecipeTree): Promise<string> => {
  const arm = { teacher: 'generic', mode: 'non_thinking', endpoint: 'teachers', samples: 4 }
  return writeRecipe(folder.path, {
    name: 'majority',
    problems: { files: 'problems.jsonl', missing_answer: 'keep' },
    endpoints: { teachers: { base_url: teachers.baseUrl, max_in_flight: 1 } },
    arms: { one: { ...arm, role: 'one', model: 'one' }, two: { ...arm, role: 'two', model: 'two' } },
    // The scripted teacher has answers to its own problems only.
    generate: { probe: 'never' },
    verify,
  })
}

async function distill(verify: RecipeTree): Promise<Record<string, Verdict[]>> {
  expect(await runCli(['distill', await recipe(verify)], { cwd: folder.path })).toMatchObject({ code: 0 })
  const names = new Map<string, string>()
  const run = join(folder.path, 'runs/majority')
  for await (const { id, prompt } of readPart(run, 'problems', 0))
    names.set(
      id,
      Object.keys(problems).find((name) => prompt.includes(name))!,
    )
  const verdicts: Record<string, Verdict[]> = {}
  for await (const verdict of readPart(run, 'verdicts', 0))
    (verdicts[names.get(verdict.problem_id)!] ??= []).push(verdict)
  return verdicts
}

async function golds(): Promise<Ledger['golds']> {
  return Ledger.parse(JSON.parse(await readFile(join(folder.path, 'runs/majority/ledger.json'), 'utf8')))
    .golds
}

const count = (verdicts: Verdict[], verdict: Verdict['verdict']): number =>
  verdicts.filter((each) => each.verdict === verdict).length

test('a reference that the samples speak against is marked and nothing is relabelled', async () => {
  const verdicts = await distill({})
  const suspects = Object.keys(verdicts).filter((name) => verdicts[name]!.every((each) => each.gold_suspect))
  expect(suspects.toSorted()).toEqual(['two teachers agree', 'wrong gold'])
  expect(count(verdicts['wrong gold']!, 'incorrect')).toBe(8)
  expect(count(verdicts['missing, agreed']!, 'gold_unparseable')).toBe(8)
  expect(
    Object.values(verdicts)
      .flat()
      .every((each) => each.majority_answer === ''),
  ).toBe(true)
  expect(await golds()).toEqual({ suspect: 2, repaired: 0, majority: 0 })
})

test('a majority stands in for a missing reference, compared by what answers mean', async () => {
  const verdicts = await distill({ majority: true })
  const labelled = verdicts['missing, agreed']!
  expect(count(labelled, 'correct')).toBe(5)
  expect(count(labelled, 'incorrect')).toBe(3)
  for (const { verdict_source, verdict_rule, gold_repaired } of labelled)
    expect({ verdict_source, verdict_rule, gold_repaired }).toEqual({
      verdict_source: 'majority',
      verdict_rule: 'gold_unparseable',
      gold_repaired: false,
    })
  expect(count(verdicts['missing, torn']!, 'gold_unparseable')).toBe(8)
  expect(count(verdicts['wrong gold']!, 'incorrect')).toBe(8)
  expect(await golds()).toEqual({ suspect: 2, repaired: 0, majority: 1 })
})

test('repair replaces a suspect reference where asked, says so in the dataset and keeps the original', async () => {
  const verdicts = await distill({ majority: { repair_gold: true } })
  const repaired = verdicts['wrong gold']!
  expect(count(repaired, 'correct')).toBe(4)
  expect(new Set(repaired.map((each) => each.verdict_rule))).toEqual(new Set(['incorrect']))
  expect(verdicts['two teachers agree']!.every((each) => each.gold_repaired)).toBe(true)
  expect(verdicts['sometimes right']!.every((each) => !each.gold_suspect)).toBe(true)
  expect(await golds()).toEqual({ suspect: 2, repaired: 2, majority: 1 })

  const dataset = join(folder.path, 'runs/majority/dataset')
  const { files } = await readManifest(dataset)
  const rows = []
  for (const { path } of files.filter((file) => file.config === 'one'))
    for await (const row of readParquetRows(join(dataset, path))) rows.push(row)
  expect(rows.find((row) => String(row['problem']).includes('wrong gold'))).toMatchObject({
    reference_answers: ['10'],
    final_answer: '12',
    verdict: 'correct',
    verdict_rule: 'incorrect',
    verdict_judge: null,
    verdict_source: 'majority',
    majority_answer: expect.stringMatching(/^12/) as string,
    gold_suspect: true,
    gold_repaired: true,
  })
  const status = await runCli(['status', await recipe({ majority: { repair_gold: true } })], {
    cwd: folder.path,
    environment: { COLUMNS: '200' },
  })
  expect(status.stdout).toContain(
    'references: 2 suspect (the samples agree on another answer), 2 repaired; 1 missing ones taken from the majority of the samples',
  )
  // Nothing of all this was asked again.
  expect(teachers.requests).toHaveLength(6 * 8)
  expect(new Set(teachers.requests.map(({ seed }) => seed)).size).toBe(6 * 8)
  expect(sampleSeed(repaired[0]!.key)).toSatisfy((seed: number) =>
    teachers.requests.some((request) => request.seed === seed),
  )
})
