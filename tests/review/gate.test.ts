import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreementOf, type DoubleReview } from '../../review/verdicts/agreement.ts'
import { atMost, lowerBound, upperBound } from '../../review/verdicts/binomial.ts'
import {
  allowedDefects,
  chanceToPass,
  describeGate,
  gateState,
  neededPairs,
} from '../../review/verdicts/gate.ts'
import { Recipe } from '../../pipeline/recipe/recipe.ts'

const wish = { sample: 236, max_defect_rate: 0.02, upper_bound: 0.95 }

describe('the exact bound', () => {
  test.each([
    [0, 200, 0.0149],
    [1, 200, 0.0235],
    [2, 200, 0.0311],
    [3, 200, 0.0383],
  ])('of %i defects in %i is %f', (defects, pairs, bound) => {
    expect(upperBound(defects, pairs, 0.95)).toBeCloseTo(bound, 4)
  })

  test('without a defect it has a closed form, and all defects leave nothing to bound', () => {
    expect(upperBound(0, 50, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 50), 10)
    expect(upperBound(7, 7, 0.95)).toBe(1)
    expect(lowerBound(7, 7, 0.95)).toBeCloseTo(0.05 ** (1 / 7), 10)
  })

  test('covers the true rate at least as often as it promises', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 120 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (n, rate) => {
          let covered = 0
          for (let k = 0; k <= n; k++) {
            const chance = atMost(k, n, rate) - (k === 0 ? 0 : atMost(k - 1, n, rate))
            if (upperBound(k, n, 0.9) >= rate) covered += chance
          }
          expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-9)
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('the gate', () => {
  test('says how many pairs a wish takes', () => {
    expect([0, 1, 2, 3].map((defects) => neededPairs(defects, wish))).toEqual([149, 236, 313, 386])
    expect([148, 149, 235, 236, 313].map((sample) => allowedDefects({ ...wish, sample }))).toEqual([
      -1, 0, 0, 1, 2,
    ])
    expect(chanceToPass(0.005, { ...wish, sample: 200 })).toBeCloseTo(0.367, 3)
    expect(describeGate(wish).join(' ')).toContain('149 with 0, 236 with 1, 313 with 2, 386 with 3')
  })

  test.each([
    [{ reviewed: 0, defects: 0 }, 'not yet', '236 more to review, and 1 more may be found'],
    [{ reviewed: 100, defects: 1 }, 'not yet', '136 more to review, and one more defect closes it'],
    [{ reviewed: 236, defects: 1 }, 'open', 'at most 1.99 % at 95 % confidence'],
    [{ reviewed: 40, defects: 2 }, 'closed', '313 pairs would do with 2'],
  ] as const)('%o is %s', (count, state, words) => {
    const found = gateState(wish, { ...count, population: 5000 })
    expect(found.state).toBe(state)
    expect(found.sentence).toContain(words)
  })

  test('of a dataset that is looked at whole, the rate itself counts', () => {
    const all = { population: 100 }
    expect(gateState(wish, { ...all, reviewed: 100, defects: 2 }).state).toBe('open')
    expect(gateState(wish, { ...all, reviewed: 100, defects: 3 }).state).toBe('closed')
    expect(gateState(wish, { ...all, reviewed: 99, defects: 0 }).state).toBe('not yet')
    expect(gateState(wish, { population: 0, reviewed: 0, defects: 0 }).state).toBe('closed')
  })

  test('a recipe cannot wish for what no dataset could pass', () => {
    const review = Recipe.shape.push.unwrap().shape.review
    expect(review.safeParse({ sample: 236 }).data).toMatchObject(wish)
    expect(review.safeParse({ sample: 100 }).error?.message).toContain('take 149, or 236 to allow one defect')
    expect(review.safeParse({}).error?.message).toContain('state `sample` (236), or `min_reviewed`')
  })
})

const both = (accept: number, reject: number, mixed: number): DoubleReview[] => [
  ...Array.from({ length: accept }, () => ['accept', 'accept'] as const),
  ...Array.from({ length: reject }, () => ['reject', 'reject'] as const),
  ...Array.from({ length: mixed }, () => ['accept', 'reject'] as const),
]

describe('agreement', () => {
  test('is what the definition gives, for two and for three reviewers', () => {
    // Gwet 2008: 118 + 2 agree of 125, shares of rejects 7/250.
    const found = agreementOf(both(118, 2, 5))
    expect(found.raw).toBeCloseTo(120 / 125, 10)
    const byChance = 2 * (9 / 250) * (241 / 250)
    expect(found.ac1?.value).toBeCloseTo((120 / 125 - byChance) / (1 - byChance), 10)
    expect(found.on_rejects).toBeCloseTo(4 / 9, 10)
    expect(agreementOf([['accept', 'accept', 'reject']]).raw).toBeCloseTo(1 / 3, 10)
  })

  test('holds at few defects, and says when there are too few to judge by', () => {
    const found = agreementOf(both(39, 0, 1))
    expect(found.ac1!.value).toBeGreaterThan(0.9)
    expect(found.sentence).toContain('too few rejects (1) to judge')
    expect(agreementOf(both(30, 5, 1)).sentence).not.toContain('too few')
    expect(agreementOf([['accept']]).sentence).toBe('no pair has two reviewers yet')
  })
})
