import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { samplesWanted } from '../../pipeline/stages/generate/sampling-rule.ts'
import { readPart } from '../../store/parts/part.ts'
import type { AdaptiveSampling } from '../../schemas/arm.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { Pair } from '../../schemas/pair.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const rule: AdaptiveSampling = { min: 2, max: 6, correct: 2, step: 1, give_up: { after: 4, correct: 0 } }
const shards = 2

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({ rates: { wrong_answer: 0.4 } }, join(folder.path, 'teacher.jsonl'))
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function distill(run: string, samples: unknown, more: RecipeTree = {}): Promise<void> {
  const recipe = await writeRecipe(folder.path, {
    name: 'adaptive',
    generate: { probe: 'never' },
    problems: { builtin: { count: 40, seed: 1 }, per_shard: 20 },
    endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 16 } },
    arms: {
      ift: {
        role: 'ift',
        teacher: 'qwen3',
        model: 'Qwen/Qwen3-8B',
        endpoint: 'teacher',
        samples,
        max_tokens: 600,
      },
    },
    ...more,
  })
  const result = await runCli(['distill', recipe, '--run', join(folder.path, run)], { cwd: folder.path })
  expect(result).toMatchObject({ code: 0 })
}

async function requests(): Promise<number> {
  return (await readFile(join(folder.path, 'teacher.jsonl'), 'utf8')).split('\n').length - 1
}

async function ledgerOf(run: string): Promise<Ledger> {
  const ledger = Ledger.parse(JSON.parse(await readFile(join(folder.path, run, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  return ledger
}

test('every problem gets as many samples as the rule says, and its pass rate rests on the first ones', async () => {
  await distill('fresh', rule)
  const correct = new Map<string, boolean[]>()
  const first = new Map<string, string[]>()
  const pairs: Pair[] = []
  const run = join(folder.path, 'fresh')
  for (let shard = 0; shard < shards; shard++) {
    const verdicts = await Array.fromAsync(readPart(run, 'verdicts', shard))
    const traces = await Array.fromAsync(readPart(run, 'traces', shard))
    pairs.push(...(await Array.fromAsync(readPart(run, 'pairs', shard))))
    for (const [index, { problem_id, sample_index, verdict }] of verdicts.entries()) {
      const own = correct.get(problem_id) ?? []
      expect(sample_index).toBe(own.length)
      expect(traces[index]!.sampling_plan).toBe('adaptive')
      correct.set(problem_id, [...own, verdict === 'correct' && traces[index]!.finish_state === 'complete'])
      if (sample_index < rule.min) first.set(problem_id, [...(first.get(problem_id) ?? []), verdict])
    }
  }
  const ends: Record<string, number> = {}
  for (const right of correct.values()) {
    const { samples, ended } = samplesWanted(rule, right)
    expect(right).toHaveLength(samples)
    ends[ended!] = (ends[ended!] ?? 0) + 1
  }
  expect(Object.keys(ends).toSorted()).toEqual(['enough', 'given_up', 'max'])
  for (const { pair_id, members } of pairs)
    for (const { sampling_plan, correct: right, checked } of members) {
      const verdicts = first.get(pair_id)!
      expect(sampling_plan).toBe('adaptive')
      expect(right).toBe(verdicts.filter((verdict) => verdict === 'correct').length)
      expect(checked).toBe(right + verdicts.filter((verdict) => verdict === 'incorrect').length)
    }
  const { sampling, spend } = await ledgerOf('fresh')
  const samples = [...correct.values()].flat().length
  expect(sampling).toEqual([{ arm: 'ift', problems: 40, samples, ended: ends }])
  expect(spend[0]!.requests).toBe(samples)
  expect(await requests()).toBe(samples)
  const card = await readFile(join(run, 'dataset/README.md'), 'utf8')
  expect(card).toContain('2 to 6, until 2 right (adaptive); given up after 4 with at most 0 right')
  expect(card).toContain('is no pass rate')
})

test('a run that has more samples already seals those that the rule takes, and asks nothing', async () => {
  await distill('fuller', 6)
  const before = await requests()
  await distill('fuller', rule)
  expect(await requests()).toBe(before)
  for (const kind of ['traces', 'verdicts', 'pairs'])
    expect(await folderDigest(join(folder.path, 'fuller', kind))).toEqual(
      await folderDigest(join(folder.path, 'fresh', kind)),
    )
})

test('problems that nothing can be checked by get the least number, and that is said once', async () => {
  await using scripted = await scriptedEndpoint(() => 'It is \\boxed{1}.')
  const rows = ['one', 'two', 'three'].map(
    (name) => `${JSON.stringify({ problem: `How much is ${name}?` })}\n`,
  )
  await writeFile(join(folder.path, 'open.jsonl'), rows.join(''))
  const recipe = await writeRecipe(folder.path, {
    name: 'open',
    generate: { probe: 'never' },
    problems: { files: 'open.jsonl', missing_answer: 'keep' },
    endpoints: { one: { base_url: scripted.baseUrl } },
    arms: {
      ift: {
        role: 'ift',
        teacher: 'generic',
        mode: 'non_thinking',
        model: 'm',
        endpoint: 'one',
        samples: { min: 2, max: 5 },
      },
    },
    filter: { 'length-outliers': true, 'long-direct-answers': { over: 'kept' } },
    pair: { require: 'none' },
  })
  const { code, stderr } = await runCli(['distill', recipe], { cwd: folder.path })
  expect(code).toBe(0)
  // Nor are there right answers for percentiles; those that are kept have some.
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
    'filter.length-outliers: no answer of ift is known to be right, so there are no percentiles and nothing of it is left out; `over: all` takes them over all answers',
  )
  expect(stderr).not.toContain('filter.long-direct-answers')
  expect(stderr.split('problems without a verifier or a reference that it can read get')).toHaveLength(2)
  expect(scripted.requests).toHaveLength(6)
  expect((await ledgerOf('runs/open')).sampling).toEqual([
    { arm: 'ift', problems: 3, samples: 6, ended: { unchecked: 3 } },
  ])
})
