import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FilterFiles, Finding } from '../../filters/filter.ts'
import { contamination } from '../../filters/problem/contamination.ts'
import { answerContamination } from '../../filters/sample/answer-contamination.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { makeSample } from './sample.ts'

const items = [
  'What is $7^{-3}$ modulo $100$?',
  'Compute $\\dbinom{8}{4}$.',
  'A gardener plants 36 roses in rows so that each row has as many roses as there are rows, and then adds 14 tulips on each side of the bed. How many flowers stand in the bed?',
  'Let $\\left(\\dfrac{a}{b}\\right)$ be a fraction in lowest terms with $a + b = 2310$. How many such fractions lie strictly between 0 and 1, if both the numerator and the denominator are positive integers?',
]
const files: FilterFiles = () => items.map((problem, index) => ({ problem, unique_id: `t/${index}` }))

async function find(prompt: string, options: object = {}): Promise<Finding | undefined> {
  const means = { verifyGolds: async () => [], countTokens: () => 0, files }
  const stated = { benchmarks: { held: { file: 'held.jsonl', revision: 'r7' } }, ...options }
  const check = contamination.create(contamination.options.parse(stated), means)
  const problem = { ...makeSample().problem, prompt }
  const [finding] = await check([{ problem, position: 'p:1', idScope: '' }])
  return finding
}

const long = items[2]!

describe('an item is found', () => {
  test.each([
    ['as it is', (item: string) => item],
    ['in capitals', (item: string) => item.toUpperCase()],
    ['spread over lines', (item: string) => item.replaceAll(' ', '\n  ')],
    ['with hard spaces', (item: string) => item.replaceAll(' ', '\u00A0')],
    [
      'in full width',
      (item: string) =>
        item
          .replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
          .replaceAll('＼', '\\'),
    ],
    ['without dollars and braces', (item: string) => item.replace(/[${}]/g, ' ')],
    [
      'with other fractions',
      (item: string) => item.replaceAll('\\dfrac', '\\frac').replace(/\\(?:left|right)/g, ''),
    ],
  ])('%s', async (_, change) => {
    for (const item of items) expect(await find(change(item))).toMatchObject({ reason: 'contaminated' })
  })

  test('with other numbers, alone and inside a longer prompt', async () => {
    const changed = long.replace(/\d+/g, (digits) => String(Number(digits) + 3))
    expect(await find(changed)).toMatchObject({ facts: { item: 't/2' } })
    expect(await find(`Consider this. ${changed} Explain each step.`)).toMatchObject({
      facts: { rule: 'ngram_without_digits', value: 1 },
    })
  })

  test('with its benchmark, edition, place and share', async () => {
    const prefix = 'Please help me with my homework. '
    const { facts } = (await find(`${prefix}${long} Thanks.`))!
    expect(facts).toMatchObject({ benchmark: 'held', revision: 'r7', item: 't/2', rule: 'ngram', value: 1 })
    const text = `${prefix}${long} Thanks.`
    expect(text.slice(Number(facts!['start']), Number(facts!['end']))).toBe(long.slice(0, -1))
    expect(await find(long.slice(0, 90), { without_digits: false })).toMatchObject({
      facts: { rule: 'ngram' },
    })
    expect(await find(long.slice(0, 90), { min_coverage: 0.9 })).toBeUndefined()
  })
})

test('presets find what the scripts of their recipes find, and miss what these miss', async () => {
  const [short, , , lasting] = items
  const spread = long.replaceAll(' ', '  ').toUpperCase()
  const changed = long.replace(/\d+/g, (digits) => String(Number(digits) + 3))
  const embedded = `Think first. ${long} Explain every step of it, and say what you did.`
  const edited = long.replace('gardener', 'gardner')
  const rewritten = long
    .replace('A gardener plants', 'One day Ann plants')
    .replace('How many flowers', 'How many plants')
  const texts = { short, long, lasting, spread, changed, embedded, edited, rewritten }
  const foundBy = async (options: object): Promise<string[]> => {
    const found: string[] = []
    for (const [name, text] of Object.entries(texts)) if (await find(text!, options)) found.push(name)
    return found
  }
  const runs = ['long', 'lasting', 'spread', 'changed', 'embedded', 'edited', 'rewritten']
  // Items that are shorter than a run are not found, nor, where numbers are words, what has others inside every run.
  expect(await foundBy({ preset: 's1' })).toEqual(runs)
  expect(await foundBy({ preset: 'open-r1' })).toEqual(runs)
  expect(await foundBy({ preset: 'deepseek-r1' })).toEqual(runs)
  expect(await foundBy({ preset: 'light-r1' })).toEqual([
    'short',
    'long',
    'lasting',
    'spread',
    'changed',
    'embedded',
    'edited',
  ])
  expect(await foundBy({ preset: 'openthoughts' })).toEqual([
    'short',
    'long',
    'lasting',
    'spread',
    'changed',
    'edited',
  ])
  expect(await foundBy({ preset: 'openthoughts3' })).toEqual(['short', ...runs])
  // What is stated beside a preset does not hold.
  expect(await foundBy({ preset: 'openthoughts', ngram: 2 })).not.toContain('embedded')
})

test('pasted anywhere an item is caught, whatever stands before and behind it', async () => {
  const around = fc.string({
    unit: fc.constantFrom('a', 'the ', '7', '. ', '\n', '$', '三', 'é'),
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(around, fc.constantFrom(...items), around, async (prefix, item, suffix) => {
      expect(await find(`${prefix} ${item} ${suffix}`)).toMatchObject({ reason: 'contaminated' })
    }),
    { numRuns: 200 },
  )
})

const checkAgainst = (rows: readonly string[]) =>
  contamination.create(contamination.options.parse({ benchmarks: { held: { file: 'held.jsonl' } } }), {
    verifyGolds: async () => [],
    countTokens: () => 0,
    files: () => rows.map((problem) => ({ problem })),
  })

test('a benchmark without rows is refused, and an item without words is equal to nothing', async () => {
  expect(() => checkAgainst([])).toThrow('filter: benchmarks.held: held.jsonl has no row')
  const row = { problem: { ...makeSample().problem, prompt: '!!!' }, position: '1', idScope: '' }
  expect(await checkAgainst(['…', long])([row])).toEqual([undefined])
})

test('the words and bounds of the published scripts miss what they miss', async () => {
  const s1 = { ngram: 8, words: 'spaces', short_items: false, stripped: false, without_digits: false }
  expect(await find(items[1]!, s1)).toBeUndefined()
  expect(await find(long, s1)).toBeDefined()
  expect(
    await find(long.replaceAll(',', ' ,').replaceAll('rows', '"rows"'), { ...s1, ngram: 32 }),
  ).toBeUndefined()
})

test('other problems pass, and a lower bound never finds less', async () => {
  for (const prompt of [
    'Compute $\\dbinom{9}{4}$ and add 1.',
    'How many roses are in 36 rows of 14?',
    'What is 7?',
  ])
    expect(await find(prompt)).toBeUndefined()
  const half = long.slice(0, 120)
  const found = await Promise.all([0, 0.3, 0.6, 0.9].map((min_coverage) => find(half, { min_coverage })))
  const caught = found.map((finding) => finding !== undefined)
  expect(caught).toEqual(caught.toSorted((a, b) => Number(b) - Number(a)))
})

test('by similarity a reworded item is found too', async () => {
  const reworded = long
    .replace('A gardener', 'One gardener')
    .replace('stand in', 'are now in')
    .replace('so that', 'such that')
  const bare = { ngram: 40, stripped: false, without_digits: false }
  expect(await find(reworded, bare)).toBeUndefined()
  expect(await find(reworded, { ...bare, indel: 0.75 })).toMatchObject({
    facts: { rule: 'indel', item: 't/2' },
  })
})

test('an answer that quotes another item is found, one that restates its own is not', () => {
  const options = answerContamination.options.parse({ benchmarks: { held: { file: 'held.jsonl' } } })
  const check = answerContamination.create!(options, files)
  const reasoning = `I recall this one: ${long} It has 50 flowers.`
  expect(check(makeSample({ trace: { reasoning } }), {})).toEqual(['quotes_benchmark'])
  expect(check(makeSample({ prompt: long, trace: { reasoning } }), {})).toEqual([])
  const choices = [long, 'None of these.']
  expect(check(makeSample({ problem: { choices }, trace: { reasoning } }), {})).toEqual([])
})

test('a run reads the file, and decides again when what it holds changes', async () => {
  await using folder = await temporaryFolder()
  const write = (name: string, texts: string[]): Promise<void> =>
    writeFile(
      join(folder.path, name),
      texts.map((problem) => `${JSON.stringify({ problem, answer: '1' })}\n`).join(''),
    )
  await write('problems.jsonl', [`Hello. ${long}`, 'What is two plus three?'])
  const recipe = smallRecipe('http://127.0.0.1:9/v1', {
    problems: { files: 'problems.jsonl' },
    filter: { contamination: { benchmarks: { held: { file: 'held.jsonl' } } } },
  })
  const path = await writeRecipe(folder.path, recipe)
  const start = () => runCli(['problems', path], { cwd: folder.path })
  const lost = async (): Promise<Ledger['problems']['lost']> =>
    Ledger.parse(JSON.parse(await readFile(join(folder.path, 'runs/small/ledger.json'), 'utf8'))).problems
      .lost
  const missing = await start()
  expect(missing.code).toBe(2)
  expect(missing.stderr).toContain('"held.jsonl" is named and not there')
  await write('held.jsonl', items)
  expect((await start()).code).toBe(0)
  expect(await lost()).toEqual({ contaminated: 1 })
  await write('held.jsonl', items.slice(0, 2))
  expect((await start()).code).toBe(0)
  expect(await lost()).toEqual({})
})
