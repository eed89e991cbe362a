import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearDuplicate } from '../../filters/set/near-duplicate.ts'
import { numbersVariants } from '../../filters/set/numbers-variants.ts'
import type { KeyedRules, ComparingRules, Remembered } from '../../filters/set-filter.ts'
import { indelRatio, mayReach } from '../../filters/text/indel.ts'
import { plainWords } from '../../filters/text/plain-words.ts'
import { problemId } from '../../schemas/problem.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeSample } from './sample.ts'

type Row = { prompt: string; answers?: string[] }

/** The prompts that the filter leaves out, in the order in which they are given. */
function dropped(rows: readonly Row[], options: object = {}): string[] {
  const rules = nearDuplicate.create(nearDuplicate.options.parse(options)) as ComparingRules<unknown>
  const memories = rows.map(({ prompt, answers = [] }, index): Remembered<unknown> => {
    const id = problemId({ prompt, choices: [] })
    const problem = { ...makeSample().problem, id, prompt, answers }
    return {
      problem: id,
      position: `row ${index}`,
      memory: rules.add({ problem, position: `row ${index}`, idScope: '' }),
    }
  })
  const found = [
    ...rules.compare(
      () => true,
      (place) => memories[place]!,
    ),
  ]
  return found.map(({ place }) => rows[place]!.prompt)
}

const train =
  'A train travels from Bern to Basel at a constant speed of 80 kilometers per hour and arrives after 75 minutes. How many kilometers long is the line between the two cities?'

/** Whether one of the two is left out. */
const isSame = (prompt: string, other: string, answers: [string[], string[]] = [[], []]): boolean =>
  dropped([
    { prompt, answers: answers[0] },
    { prompt: other, answers: answers[1] },
  ]).length === 1

describe('two texts are one problem', () => {
  test.each([
    ['another case and spacing', train.toUpperCase().replaceAll(' ', '  ')],
    ['a number in front', `12. ${train}`],
    ['an instruction behind', `${train} Put your final answer within \\boxed{}.`],
    ['one word more', train.replace('constant', 'quite constant')],
    ['other punctuation', train.replaceAll('.', ';')],
  ])('with %s', (_, other) => {
    expect(isSame(train, other)).toBe(true)
  })

  test('with a few other words only where their answers are known and equal', () => {
    const other = train.replace('travels', 'drives').replace('arrives', 'stops').replace('cities', 'towns')
    expect(isSame(train, other)).toBe(false)
    expect(isSame(train, other, [['100'], ['100']])).toBe(true)
  })
})

const withFormula = (formula: string): string => `${train} Besides that, we know that ${formula} holds there.`

describe('two texts are two problems', () => {
  test.each([
    ['another number', train.replace('80', '90')],
    ['a number in words', train.replace('between the two', 'between the three')],
    ['a negation', train.replace('at a constant', 'at not a constant')],
  ])('with %s', (_, other) => {
    expect(isSame(train, other)).toBe(false)
  })

  test.each([
    ['$PR = 6\\sqrt{2}$', '$QR = 6\\sqrt{2}$'],
    ['x + 1 = 3', 'x - 1 = 3'],
  ])('with %j and %j', (one, other) => {
    expect(isSame(withFormula(one), withFormula(other))).toBe(false)
  })

  test('with the same numbers in other places, unless their answers are known and equal', () => {
    const other = train.replace('80', 'N').replace('75', '80').replace('N', '75')
    expect(isSame(train, other)).toBe(false)
    expect(isSame(train, other, [['100'], []])).toBe(false)
    expect(isSame(train, other, [['100'], ['100']])).toBe(true)
  })

  test('with different answers, whatever their texts are', () => {
    const other = train.replace('constant', 'quite constant')
    expect(isSame(train, other, [['100'], ['110']])).toBe(false)
  })
})

test('the decision depends neither on the order nor on chains of small changes', () => {
  const words = train.split(' ')
  const variant = fc
    .array(fc.tuple(fc.nat({ max: words.length - 1 }), fc.constantFrom('indeed', 'very', 'quite')), {
      maxLength: 4,
    })
    .map((edits) => {
      const changed = [...words]
      for (const [at, word] of edits) changed.splice(at, 0, word)
      return changed.join(' ')
    })
  fc.assert(
    fc.property(fc.uniqueArray(variant, { minLength: 2, maxLength: 12 }), (prompts) => {
      const rows = prompts.map((prompt) => ({ prompt }))
      const gone = dropped(rows)
      expect(dropped(rows.toReversed()).toSorted()).toEqual(gone.toSorted())
      const left = rows.filter(({ prompt }) => !gone.includes(prompt))
      expect(left.length).toBeGreaterThan(0)
      expect(dropped(left)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('a higher bound never drops more', () => {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    prompt: `${train} ${'Look closely at what is asked here. '.repeat(index % 4)}${'very '.repeat(index)}`,
  }))
  const counts = [0.8, 0.9, 0.95, 0.99].map((similarity) => dropped(rows, { similarity }).length)
  expect(counts).toEqual(counts.toSorted((a, b) => b - a))
  expect(counts[0]).toBeGreaterThan(counts.at(-1)!)
})

function naive(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, () => 0)
  for (const left of one.split('')) {
    const next = [0]
    for (const [at, right] of other.split('').entries())
      next.push(left === right ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!))
    row = next
  }
  return one.length + other.length === 0 ? 1 : (2 * row.at(-1)!) / (one.length + other.length)
}

test('Indel similarity is that of the longest common subsequence', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'ü', ' '), maxLength: 120 })
  fc.assert(
    fc.property(text, text, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, bound) => {
      const ratio = indelRatio(one, other)
      expect(ratio).toBeCloseTo(naive(one, other), 12)
      if (ratio >= bound) expect(mayReach(one, other, bound)).toBe(true)
    }),
  )
})

test('of two long texts only what differs is compared', () => {
  const long = '汉字'.repeat(500_000)
  expect(indelRatio(`${long}abc${long}`, `${long}axc${long}`)).toBe(4_000_004 / 4_000_006)
})

test('half of a character takes no other with it', () => {
  const { words } = plainWords('\ud800one \udc00two 𝟙three', { signs: false })
  expect(words).toEqual(['one', 'two', '1', 'three'])
})

test('words lose their spelling and keep their place', () => {
  const text = String.raw`Ｆind  \left(\dfrac{x}{2}\right) − ÄRGER, well-known 12.5 三个`
  const { words, starts, ends } = plainWords(text, { signs: true })
  expect(words).toEqual('find frac x 2 - ärger well known 12 5 三 个'.split(' '))
  expect(text.slice(starts[5], ends[5])).toBe('ÄRGER')
})

test('of a template as many problems stay as wanted, the first by id', () => {
  const rules = numbersVariants.create({ policy: 'drop', most: 2 }) as KeyedRules<null>
  const rows = [3, 5, 7, 9].map((number) => {
    const prompt = `How much do ${number} pens cost?`
    const problem = { ...makeSample().problem, id: problemId({ prompt, choices: [] }), prompt }
    return { problem, position: `row ${number}`, idScope: '' }
  })
  expect(new Set(rows.map((row) => rules.key(row))).size).toBe(1)
  const same = rows.map(({ problem, position }) => ({ problem: problem.id, position, memory: null }))
  const stay = (order: typeof same): string[] =>
    order.filter((_, index) => rules.decide(order)[index] === undefined).map(({ position }) => position)
  expect(stay(same)).toHaveLength(2)
  expect(stay(same.toReversed()).toSorted()).toEqual(stay(same).toSorted())
})

test('a run leaves near-duplicates out, says beside which problem, and reads the set again when a bound moves', async () => {
  await using folder = await temporaryFolder()
  const rows = [train, train.replace('constant', 'quite constant'), train.replace('80', '90')]
  await writeFile(
    join(folder.path, 'problems.jsonl'),
    rows.map((problem) => `${JSON.stringify({ problem, answer: '100' })}\n`).join(''),
  )
  const kept = async (filter: object | boolean): Promise<Ledger['problems']> => {
    const recipe = smallRecipe('http://127.0.0.1:9/v1', {
      problems: { files: 'problems.jsonl' },
      filter: { 'near-duplicate': filter },
    })
    const { code } = await runCli(['problems', await writeRecipe(folder.path, recipe)], { cwd: folder.path })
    expect(code).toBe(0)
    const ledger = JSON.parse(await readFile(join(folder.path, 'runs/small/ledger.json'), 'utf8')) as unknown
    return Ledger.parse(ledger).problems
  }
  expect(await kept(true)).toMatchObject({ kept: 2, lost: { near_duplicate: 1 } })
  const listed = await readFile(join(folder.path, 'runs/small/problems/rejected.jsonl'), 'utf8')
  expect(JSON.parse(listed)).toMatchObject({
    reason: 'near_duplicate',
    facts: { measure: 'shared words', bound: 0.85 },
  })
  expect(await kept(false)).toMatchObject({ kept: 3, lost: {} })
  expect(await kept({ similarity: 1, similarity_same_answer: 1, shared_words: 1 })).toMatchObject({ kept: 3 })
})
