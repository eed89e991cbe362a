import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeManifest, readManifest, writeManifest } from '../../output/dataset/manifest.ts'
import { writeShards } from '../../output/dataset/dataset.ts'
import type { Export, ProblemGroup } from '../../output/exports/export.ts'
import { ChosenConfiguration, chooseExports, configurableExports } from '../../output/exports/registry.ts'
import { recognitions } from '../../output/exports/journey.ts'
import { parseThinking } from '../../output/exports/think.ts'
import { countTokens } from '../../teachers/cost/tokens.ts'
import { arrowSchema } from '../../store/parquet/columns.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { madeArm, madePair, studyArms } from './made-pairs.ts'
import { temporaryFolder } from './temporary-folder.ts'

type Row = Record<string, unknown>

const arms = [...studyArms, madeArm('strong', 'thinking'), madeArm('weak', 'non_thinking')]

function chosen(given: Row, of = arms): Export {
  return chooseExports(of, [ChosenConfiguration.parse(given)], 7)[0]!
}

/** A problem with so many samples of every arm, of which the arms say what they are. */
function attempts(
  index: number,
  own: readonly {
    verdict: 'correct' | 'incorrect' | 'undecided'
    tokens: number
    keep?: boolean
    reasons?: string[]
  }[],
): ProblemGroup {
  const group = madePair(index, studyArms)
  const [first] = group.samples
  const samples = own.map(({ verdict, tokens, keep = verdict === 'correct', reasons }, sample_index) => ({
    ...first!,
    trace: {
      ...first!.trace,
      key: `${group.problem.id}-${sample_index}`,
      sample_index,
      reasoning: `Attempt ${sample_index}.`,
      reasoning_tokens: tokens,
      answer_tokens: 0,
    },
    verdict: { ...first!.verdict, verdict },
    decision: { ...first!.decision, keep, reasons: reasons ?? (keep ? [] : [verdict]) },
    rate: {
      correct: own.filter((one) => one.verdict === 'correct').length,
      checked: own.filter((one) => one.verdict !== 'undecided').length,
    },
  }))
  return { ...group, samples }
}

/** The rows of a configuration as they are read back from its shards. */
async function written(one: Export, groups: Iterable<ProblemGroup>, shardBytes = 1e9): Promise<Row[]> {
  const folder = await temporaryFolder()
  const shards = await writeShards({ folder, arms, exports: [one], groups, shardBytes })
  await writeManifest(folder, makeManifest('f00d', shards))
  const rows: Row[] = []
  for (const { path } of (await readManifest(folder)).files)
    for await (const row of readParquetRows(join(folder, path))) rows.push(row)
  expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([])
  return rows
}

/** So many problems of two subjects. */
function problems(count: number): ProblemGroup[] {
  return Array.from({ length: count }, (_, index) => {
    const group = madePair(index, arms)
    const domain = index % 3 === 0 ? 'geometry' : 'arithmetic'
    return { ...group, problem: { ...group.problem, domain } }
  })
}

/** Problems whose rows have reasoning. */
function reasoned(rows: readonly Row[]): Set<unknown> {
  return new Set(rows.filter((row) => row['mode'] === 'thinking').map((row) => row['pair_id']))
}

async function orderOf(one: Export, shardBytes?: number): Promise<unknown[]> {
  return (await written(one, problems(20), shardBytes)).map((row) => row['id'])
}

describe('every export with options', () => {
  test.each(configurableExports.map(({ name }) => name))(
    '%s has columns with meanings, and rows that fit them',
    (name) => {
      const one = chosen({ export: name })
      const schema = one.schema(arms)
      const fields = arrowSchema(schema).fields
      expect(fields.filter((field) => !field.metadata.get('description')).map((field) => field.name)).toEqual(
        [],
      )
      expect(one.describe).toMatch(/\.$/)
      for (const group of [
        madePair(1, arms),
        attempts(2, [
          { verdict: 'correct', tokens: 5 },
          { verdict: 'incorrect', tokens: 9 },
        ]),
      ])
        for (const row of one.rows(group, arms)) expect(schema.parse(row)).toEqual(row)
    },
  )

  test('is named by its options, and two of one name are refused', () => {
    const configurations = [{ export: 'mix', ratio: 0.25 }, { export: 'mix', ratio: 0.75 }, 'rl'].map(
      (each) => ChosenConfiguration.parse(each),
    )
    expect(chooseExports(arms, configurations).map(({ name }) => name)).toEqual(['mix-25', 'mix-75', 'rl'])
    expect(() => chooseExports(arms, [...configurations, configurations[0]!])).toThrow(
      'mix-25 is named twice',
    )
  })

  test('says which arm it wants before anything is asked', () => {
    expect(() => chosen({ export: 'mix', on: 'deep' })).toThrow('mix-50 wants an arm with the role deep')
  })

  test('of both modes wants an arm of each', () => {
    expect(() => chosen({ export: 'mix', off: 'strong' })).toThrow(
      'wants for `off` an arm that does not reason; the mode of strong is thinking',
    )
    expect(() => chosen({ export: 'on-off', on: 'weak' })).toThrow('wants for `on` an arm that reasons')
  })
})

describe('a mix', () => {
  test('meets its ratio within one row in all and within one of every subject, each problem in one mode, and larger ones hold smaller ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 25 }),
        fc.constantFrom('mixed', 'sequential', 'reasoning_first'),
        async (count, order) => {
          let smaller = new Set<unknown>()
          for (const ratio of [0, 0.25, 0.5, 0.75, 1]) {
            const rows = await written(chosen({ export: 'mix', ratio, order }), problems(count))
            expect(rows.length).toBe(count)
            expect(new Set(rows.map((row) => row['pair_id'])).size).toBe(count)
            const on = reasoned(rows)
            expect(Math.abs(on.size - ratio * count)).toBeLessThan(1)
            for (const cell of Map.groupBy(rows, (row) => row['domain']).values())
              expect(Math.abs(reasoned(cell).size - ratio * cell.length)).toBeLessThanOrEqual(1.5)
            expect(smaller.difference(on).size).toBe(0)
            smaller = on
            expect(rows.map((row) => row['position'])).toEqual([...rows.keys()])
            const modes = rows.map((row) => row['mode'] === 'thinking')
            if (order !== 'mixed')
              expect(modes).toEqual(
                modes.toSorted((a, b) =>
                  order === 'sequential' ? Number(a) - Number(b) : Number(b) - Number(a),
                ),
              )
          }
        },
      ),
      { numRuns: 8 },
    )
  })

  test('of problems in both modes meets any ratio within one row and nests too', async () => {
    const ratios = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 25 }), ratios, async (count, [a, b]) => {
        let smaller = new Set<unknown>()
        for (const ratio of [Math.min(a, b) / 100, Math.max(a, b) / 100]) {
          const rows = await written(chosen({ export: 'mix', ratio, problems: 'both' }), problems(count))
          const on = reasoned(rows)
          expect(Math.abs(on.size - ratio * rows.length)).toBeLessThan(1)
          expect(smaller.difference(on).size).toBe(0)
          smaller = on
        }
      }),
      { numRuns: 8 },
    )
  })

  test('of problems in both modes keeps as many as the ratio allows', async () => {
    for (const [ratio, on, off] of [
      [0.25, 4, 12],
      [0.5, 12, 12],
      [0.75, 12, 4],
    ] as const) {
      const rows = await written(chosen({ export: 'mix', ratio, problems: 'both' }), problems(12))
      expect([reasoned(rows).size, rows.length - reasoned(rows).size]).toEqual([on, off])
    }
  })

  test('is the same for the same seed whatever the sizes of shards, and another for another', async () => {
    const first = await orderOf(chosen({ export: 'mix' }))
    expect(await orderOf(chosen({ export: 'mix' }), 3000)).toEqual(first)
    const other = chooseExports(arms, [ChosenConfiguration.parse({ export: 'mix' })], 8)[0]!
    expect(await orderOf(other)).not.toEqual(first)
  })

  test('says the mode before what is trained, as a variable of the template or in words', async () => {
    const split = await written(
      chosen({ export: 'mix', form: 'prompt_completion', shape: 'reasoning_content' }),
      problems(6),
    )
    for (const row of split) {
      expect(row['chat_template_kwargs']).toEqual({ enable_thinking: row['mode'] === 'thinking' })
      expect(row['prompt']).toEqual([{ role: 'user', content: expect.any(String) as string }])
      expect(row['completion']).toEqual([
        {
          role: 'assistant',
          content: expect.any(String) as string,
          reasoning_content: row['mode'] === 'thinking' ? (expect.stringMatching(/./u) as string) : '',
        },
      ])
    }
    for (const row of await written(chosen({ export: 'mix', system: true }), problems(6)))
      expect((row['messages'] as Row[])[0]).toEqual({
        role: 'system',
        content: `detailed thinking ${row['mode'] === 'thinking' ? 'on' : 'off'}`,
      })
  })
})

test('a curriculum rises in length in each mode, in turns', async () => {
  const rows = await written(
    chosen({ export: 'curriculum', chunk: 2, buckets: [111, 114] }),
    [5, 3, 1, 4, 2].map((index) => madePair(index, arms)),
  )
  const on = rows.filter((row) => row['mode'] === 'thinking')
  expect(on.map((row) => row['num_tokens'])).toEqual([111, 112, 113, 114, 115])
  expect(on.map((row) => row['bucket'])).toEqual([111, 114, 114, 114, 0])
  expect(rows.map((row) => row['mode'] === 'thinking')).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
    false,
    false,
    true,
    false,
  ])
})

describe('problems for reinforcement learning', () => {
  test('have rewards that never exceed the pass rate, rise with the budget and end at it', () => {
    const sample = fc.record({
      verdict: fc.constantFrom('correct' as const, 'incorrect' as const),
      tokens: fc.nat(40_000),
    })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 8 }), (samples) => {
        const [row] = chosen({ export: 'rl', budgets: [100_000, 2048, 4096, 8192] }).rows(
          attempts(1, samples),
          arms,
        )
        const budgets = row!['budgets'] as {
          tokens: number
          reward: number
          all_right: boolean
          all_wrong: boolean
          right: number
        }[]
        const rewards = budgets.map(({ reward }) => reward)
        expect(budgets.map(({ tokens }) => tokens)).toEqual([2048, 4096, 8192, 100_000])
        expect(rewards).toEqual(rewards.toSorted((a, b) => a - b))
        expect(rewards.at(-1)).toBe(row!['pass_rate'])
        for (const { reward, all_right, all_wrong } of budgets)
          expect([all_right, all_wrong]).toEqual([reward === 1, reward === 0])
      }),
    )
  })

  test('have the columns of verl, a tier and a limit within which every right answer stays', () => {
    const samples = [1000, 3000].map((tokens) => ({ verdict: 'correct' as const, tokens }))
    const [row] = chosen({ export: 'rl' }).rows(
      attempts(1, [...samples, { verdict: 'incorrect', tokens: 9000 }]),
      arms,
    )
    expect(row).toMatchObject({
      data_source: 'twinstill/math',
      prompt: [{ role: 'user' }],
      reward_model: { style: 'rule', ground_truth: '2' },
      extra_info: { split: 'train' },
      answer: '2',
      pass_rate: 2 / 3,
      correct: 2,
      checked: 3,
      tier: 'easy',
      suggested_limit: 4096,
    })
    expect(chosen({ export: 'rl', max_pass_rate: 0.5 }).rows(attempts(1, samples), arms)).toEqual([])
    expect(chosen({ export: 'rl', budgets: [2000] }).rows(attempts(1, samples), arms)[0]).toMatchObject({
      suggested_limit: null,
    })
  })

  test('count budgets over the samples that every problem has, not over those that an adaptive arm asked for besides', () => {
    const adaptive = { min: 2, max: 8, correct: 1, step: 1, give_up: null }
    const verdicts = ['incorrect', 'incorrect', 'incorrect', 'correct'] as const
    const group = attempts(
      1,
      verdicts.map((verdict) => ({ verdict, tokens: 100 })),
    )
    const asked = arms.map((arm) => Object.assign({}, arm, { adaptive, samples: 8 }))
    for (const sample of group.samples) sample.arm = asked.find(({ name }) => name === sample.arm.name)!
    const [row] = chosen({ export: 'rl', budgets: [1000] }, asked).rows(group, asked)
    expect(row).toMatchObject({ samples: 2, budgets: [{ right: 0, reward: 0, all_wrong: true }] })
  })

  test('count an answer that was cut off as none under every budget that it used up', () => {
    const group = attempts(1, [
      { verdict: 'correct', tokens: 1000 },
      { verdict: 'undecided', tokens: 4096 },
    ])
    Object.assign(group.samples[1]!.trace, { finish_state: 'cut_in_think' })
    const [row] = chosen({ export: 'rl', budgets: [2048, 4096, 8192] }).rows(group, arms)
    expect(row!['pass_rate']).toBe(1)
    expect(row!['budgets']).toMatchObject([
      { reward: 0.5, all_right: false },
      { reward: 0.5, all_right: false },
      { reward: 1, all_right: true },
    ])
  })

  test('have the answer that replaced a reference, against which the samples were counted', () => {
    const group = attempts(1, [{ verdict: 'correct', tokens: 5 }])
    const repaired = { gold_repaired: true, majority_answer: '7' }
    Object.assign(group.samples[0]!.verdict, repaired)
    expect(chosen({ export: 'rl' }).rows(group, arms)[0]).toMatchObject({
      answer: '7',
      answer_source: 'majority',
      reward_model: { ground_truth: '7' },
      reference_answers: ['2', ''],
    })
  })
})

describe('preferences', () => {
  const group = attempts(1, [
    { verdict: 'correct', tokens: 500 },
    { verdict: 'correct', tokens: 100 },
    { verdict: 'incorrect', tokens: 50 },
    { verdict: 'incorrect', tokens: 120 },
    { verdict: 'incorrect', tokens: 101, reasons: ['incorrect', 'repetition'] },
    { verdict: 'correct', tokens: 10, keep: false, reasons: ['repetition'] },
  ])
  test.each([
    ['shortest_longest', 100, 500],
    ['correct_incorrect', 100, 120],
    ['counter', 500, 50],
  ])('%s takes what it says, and no sample with another fault', (kind, chosenTokens, rejectedTokens) => {
    const [row] = chosen({ export: 'preference', kind }).rows(group, arms)
    expect(row).toMatchObject({
      chosen_tokens: chosenTokens,
      rejected_tokens: rejectedTokens,
      kind,
      correct: 3,
      checked: 6,
    })
    expect(chosen({ export: 'preference', kind, min_ratio: 20 }).rows(group, arms).length).toBe(
      kind === 'correct_incorrect' ? 1 : 0,
    )
  })

  test('of a strong and a weak arm are there for every pair', () => {
    const [row] = chosen({ export: 'preference', kind: 'strong_weak' }).rows(madePair(1, arms), arms)
    expect(row).toMatchObject({ chosen_model: 'made/strong', rejected_model: 'made/weak' })
  })

  test('need two samples', () => {
    const one = attempts(1, [{ verdict: 'correct', tokens: 5 }])
    for (const kind of ['shortest_longest', 'correct_incorrect', 'counter'])
      expect(chosen({ export: 'preference', kind }).rows(one, arms)).toEqual([])
  })
})

describe('traces from several samples', () => {
  const group = attempts(1, [
    { verdict: 'correct', tokens: 100 },
    { verdict: 'incorrect', tokens: 50 },
    { verdict: 'undecided', tokens: 70 },
  ])
  test('a journey holds both attempts word for word, and says that it is composed', () => {
    const [row] = chosen({ export: 'journey' }).rows(group, arms)
    const { reasoning } = parseThinking((row!['messages'] as { content: string }[]).at(-1)!.content)
    expect(reasoning).toBe(`Attempt 1.\n\n${String(row!['recognition'])}\n\nAttempt 0.`)
    expect(row).toMatchObject({
      composed: true,
      wrong_id: `${group.problem.id}-1`,
      id: `${group.problem.id}-0`,
    })
    const said = recognitions.find(({ words }) => words === row!['recognition'])!
    expect(row!['num_tokens']).toBe(150 + said.tokens)
    for (const { words, tokens } of recognitions)
      expect([words, countTokens(`\n\n${words}\n\n`).tokens]).toEqual([words, tokens])
  })

  test('a journey takes the shortest attempt that has a reasoning', () => {
    const bare = attempts(1, [
      { verdict: 'correct', tokens: 100 },
      { verdict: 'incorrect', tokens: 50 },
      { verdict: 'incorrect', tokens: 0 },
    ])
    Object.assign(bare.samples[2]!.trace, { reasoning: '' })
    expect(chosen({ export: 'journey' }).rows(bare, arms)).toMatchObject([
      { wrong_id: `${bare.problem.id}-1` },
    ])
  })

  function labelsOf(right: boolean): unknown[] {
    return chosen({ export: 'labelled', right })
      .rows(group, arms)
      .map((row) => row['label'])
  }

  test('wrong ones have their label, and undecided ones are neither', () => {
    expect(labelsOf(false)).toEqual([false])
    expect(labelsOf(true)).toEqual([true, false])
  })

  test('a label that only a majority stands for is marked', () => {
    expect(chosen({ export: 'majority' }).rows(group, arms)).toEqual([])
    const voted = {
      ...group,
      samples: group.samples.map((sample) =>
        Object.assign({}, sample, { verdict: Object.assign({}, sample.verdict, { majority_answer: '2' }) }),
      ),
    }
    expect(chosen({ export: 'majority' }).rows(voted, arms)[0]).toMatchObject({
      answer: '2',
      answer_source: 'majority',
      votes: 1,
      samples: 3,
    })
  })
})
