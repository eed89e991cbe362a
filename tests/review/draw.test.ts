import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawSample, orderFor } from '../../review/draw/draw-sample.ts'
import { risks } from '../../review/draw/risks.ts'
import type { PairNote } from '../../review/pairs/source.ts'

const note = (id: number, own: Partial<PairNote> = {}): PairNote => ({
  id: id.toString(16).padStart(32, '0'),
  domain: ['algebra', 'geometry', 'number theory'][id % 3]!,
  source: 'made',
  task: 'math',
  difficulty: '',
  lost: '',
  dropped: [],
  gold_suspect: false,
  judged: false,
  verdicts: ['correct', 'correct'],
  tokens: 100 + ((id * 7919) % 1000),
  near: null,
  ...own,
})
async function* stream(notes: readonly PairNote[]) {
  yield* notes
}
const draw = (notes: readonly PairNote[], options: Partial<Parameters<typeof drawSample>[1]> = {}) =>
  drawSample(stream(notes), { seed: 1, size: 30, risks: [], perRisk: 5, ...options })

test('every stratum has its share within one pair, and the same seed draws the same in any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 150 }),
      fc.integer({ min: 1, max: 60 }),
      async (domains, size) => {
        const notes = domains.map((domain, id) => note(id, { domain }))
        const { random, population } = await draw(notes, { size })
        expect(population).toBe(notes.length)
        expect(random).toHaveLength(Math.min(size, notes.length))
        expect(new Set(random.map(({ id }) => id)).size).toBe(random.length)
        for (const domain of 'abcd') {
          const share =
            (random.length * domains.filter((each) => each === domain).length) / (domains.length || 1)
          const own = random.filter(({ stratum }) => stratum === `${domain} · made`).length
          expect(Math.abs(own - share)).toBeLessThan(1 + 1e-9)
        }
        expect((await draw(notes.toReversed(), { size })).random).toEqual(random)
      },
    ),
    { numRuns: 50 },
  )
})

test('what is dropped is no part of the random sample; what was withdrawn stays in it', async () => {
  const notes = [...Array(60).keys()].map((id) => note(id, id % 2 === 0 ? { lost: 'missing_ift' } : {}))
  const before = await draw(notes, { size: 10 })
  expect(before.population).toBe(30)
  const withdrawn = new Set(before.random.slice(0, 4).map(({ id }) => id))
  const after = await draw(
    notes.map((one) =>
      withdrawn.has(one.id) ? Object.assign({}, one, { lost: 'rejected_by_review' }) : one,
    ),
    { size: 10 },
  )
  expect(after).toEqual(before)
})

test('risks pick what they name, and nothing twice', async () => {
  const notes = [...Array(300).keys()].map((id) =>
    note(id, {
      gold_suspect: id === 7,
      judged: id === 8,
      near: id === 9 ? 0.01 : id === 10 ? 0.05 : null,
      lost: id > 280 ? 'missing_ift' : '',
    }),
  )
  const { random, risky } = await draw(notes, { size: 5, risks, perRisk: 3 })
  const ids = (why: string) => risky.filter((one) => one.why === why).map(({ id }) => Number.parseInt(id, 16))
  const all = [...random, ...risky].map(({ id }) => id)
  expect(new Set(all).size).toBe(all.length)
  expect(ids('gold-suspect')).toEqual([7])
  expect(ids('judge')).toEqual([8])
  expect(ids('near-threshold')).toEqual([9, 10])
  expect(ids('dropped')).toHaveLength(3)
  for (const id of ids('dropped')) expect(id).toBeGreaterThan(280)
  const tokens = notes.filter(({ lost }) => lost === '').map((one) => one.tokens)
  expect(notes[ids('longest')[0]!]!.tokens).toBe(Math.max(...tokens))
  expect(notes[ids('shortest')[0]!]!.tokens).toBe(Math.min(...tokens))
})

test('reviewers have orders of their own, each the same every time', () => {
  const drawn = [...Array(40).keys()].map((id) => ({ id: String(id) }))
  const ana = orderFor('ana', 1, drawn)
  expect(orderFor('ana', 1, drawn.toReversed())).toEqual(ana)
  expect(orderFor('bob', 1, drawn)).not.toEqual(ana)
  expect(new Set(ana)).toEqual(new Set(drawn))
})
