import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countOfAll, studentQuantile, sumOfAll } from '../../pipeline/commands/plan/statistics.ts'

const figures = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 200 })

test('the quantiles of Student are those of the tables', () => {
  const table = [
    [3, 2.353],
    [5, 2.015],
    [10, 1.812],
    [31, 1.696],
    [63, 1.669],
  ] as const
  for (const [freedom, quantile] of table)
    expect(Math.abs(studentQuantile(freedom) - quantile)).toBeLessThan(0.01)
})

test('what is expected lies within its interval, and is known exactly when nothing is left', () => {
  fc.assert(
    fc.property(figures, fc.nat(1_000_000), (known, rest) => {
      const { low, expected, high } = sumOfAll(known, rest)
      expect(low).toBeLessThanOrEqual(expected * (1 + 1e-12))
      expect(high).toBeGreaterThanOrEqual(expected * (1 - 1e-12))
      expect(low).toBeGreaterThanOrEqual(0)
      if (rest === 0) expect(high).toBe(low)
    }),
  )
})

test('a count never leaves what is possible', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.nat(100_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (known, rest, share) => {
        const hits = Math.round(known * share)
        const { low, expected, high } = countOfAll(hits, known, rest)
        expect(low).toBeGreaterThanOrEqual(hits)
        expect(high).toBeLessThanOrEqual(hits + rest + 1e-6)
        expect(expected).toBeGreaterThanOrEqual(hits)
        expect(expected).toBeLessThanOrEqual(hits + rest)
      },
    ),
  )
})

test('more known members make the interval narrower', () => {
  const values = Array.from({ length: 256 }, (_, index) => Math.exp(((index * 7919) % 256) / 64))
  const widths = [16, 64, 256].map((known) => {
    const { low, high } = sumOfAll(values.slice(0, known), 10_000 - known)
    return high / low
  })
  expect(widths).toEqual(widths.toSorted((a, b) => b - a))
})

/** A generator of numbers that is the same at every run. */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

test('nine in ten intervals hold, for skewed costs and for shares near one', () => {
  const draw = drawing(7)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
  let [sums, counts] = [0, 0]
  const rounds = 600
  for (let round = 0; round < rounds; round++) {
    const all = Array.from({ length: 400 }, () => Math.exp(normal()))
    const isPair = all.map(() => draw() < 0.9)
    const known = all.slice(0, 64)
    const total = all.reduce((sum, each) => sum + each, 0)
    const sum = sumOfAll(known, 336)
    if (total >= sum.low && total <= sum.high) sums += 1
    const hits = isPair.slice(0, 64).filter(Boolean).length
    const count = countOfAll(hits, 64, 336)
    const pairs = isPair.filter(Boolean).length
    if (pairs >= Math.floor(count.low) && pairs <= Math.ceil(count.high)) counts += 1
  }
  // Three standard deviations of 600 draws below nine in ten.
  for (const held of [sums, counts]) expect(held / rounds).toBeGreaterThan(0.86)
})

test('upper ends have room for the few answers that run to their limit, of which a small draw may have none', () => {
  const draw = drawing(11)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
  const [limit, rounds] = [32_768, 600]
  let [above, without] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const all = Array.from({ length: 300 }, () => (draw() < 0.03 ? limit : 1500 * Math.exp(0.6 * normal())))
    const total = all.reduce((sum, each) => sum + each, 0)
    if (total > sumOfAll(all.slice(0, 32), 268, limit).high) above += 1
    if (total > sumOfAll(all.slice(0, 32), 268).high) without += 1
  }
  // One in twenty is meant.
  expect(above / rounds).toBeLessThan(0.08)
  expect(without / rounds).toBeGreaterThan(0.12)
})
