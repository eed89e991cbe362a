import fc from 'fast-check'
import { expect, test } from 'vitest'
import { samplesWanted } from '../../pipeline/stages/generate/sampling-rule.ts'
import { rateOf } from '../../filters/group/rate.ts'
import type { AdaptiveSampling } from '../../schemas/arm.ts'
import { randomFrom } from '../../problems/builtin/random.ts'

const rules: fc.Arbitrary<AdaptiveSampling> = fc
  .record({
    min: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 1, max: 8 }),
    correct: fc.integer({ min: 1, max: 3 }),
    step: fc.integer({ min: 1, max: 3 }),
    give_up: fc.option(fc.record({ after: fc.integer({ min: 1, max: 8 }), correct: fc.constant(0) })),
  })
  .map(({ min, more, correct, step, give_up }) => ({ min, max: min + more, correct, step, give_up }))

const answers = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })

/** Asks round by round for as many as the rule wants. */
function taken(rule: AdaptiveSampling, correct: readonly boolean[]): number {
  let known = 0
  for (;;) {
    const { samples, ended } = samplesWanted(rule, correct.slice(0, known))
    if (ended) return samples
    expect(samples).toBeGreaterThan(known)
    known = samples
  }
}

test('the number of samples depends on the answers alone, not on how many are there', () => {
  fc.assert(
    fc.property(rules, answers, (rule, correct) => {
      const number = taken(rule, correct)
      expect(samplesWanted(rule, correct).samples).toBe(number)
      expect(samplesWanted(rule, correct.slice(0, number)).samples).toBe(number)
      expect(number).toBeGreaterThanOrEqual(rule.min)
      expect(number).toBeLessThanOrEqual(rule.max)
      const right = correct.slice(0, number).filter(Boolean).length
      const { ended } = samplesWanted(rule, correct)
      if (ended === 'enough') expect(right).toBeGreaterThanOrEqual(rule.correct)
      else expect(right).toBeLessThan(rule.correct)
      if (ended === 'max') expect(number).toBe(rule.max)
      if (ended === 'given_up') expect(right).toBeLessThanOrEqual(rule.give_up!.correct)
    }),
  )
})

test('a problem that is solved at once takes the least, one that never is the most or what giving up allows', () => {
  const rule: AdaptiveSampling = { min: 2, max: 8, correct: 1, step: 2, give_up: null }
  expect(samplesWanted(rule, [])).toEqual({ samples: 2 })
  expect(samplesWanted(rule, [true, false])).toEqual({ samples: 2, ended: 'enough' })
  expect(samplesWanted(rule, [false, false])).toEqual({ samples: 4 })
  const wrong = Array.from({ length: 8 }, () => false)
  expect(samplesWanted(rule, wrong)).toEqual({ samples: 8, ended: 'max' })
  expect(samplesWanted({ ...rule, give_up: { after: 4, correct: 0 } }, wrong)).toEqual({
    samples: 4,
    ended: 'given_up',
  })
})

/** Share of right ones of many problems, each solved with probability `rate`: as a pair counts it, and over all samples. */
function estimates(rule: AdaptiveSampling, rate: number, seed: number): { prefix: number; all: number } {
  const random = randomFrom('adaptive', String(seed))
  let prefix = 0
  let all = 0
  for (let problem = 0; problem < problems; problem++) {
    const correct = Array.from({ length: rule.max }, () => random.next() < rate)
    const samples = correct.slice(0, taken(rule, correct)).map((right, sample_index) => ({
      sample_index,
      verdict: right ? ('correct' as const) : ('incorrect' as const),
    }))
    const first = rateOf(samples, rule.min)
    const naive = rateOf(samples, rule.max)
    prefix += first.correct / first.checked
    all += naive.correct / naive.checked
  }
  return { prefix: prefix / problems, all: all / problems }
}

const problems = 4000

test('the pass rate of a pair is unbiased under every rule; the share among all samples is not', () => {
  fc.assert(
    fc.property(rules, fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.nat(), (rule, rate, seed) => {
      const noise = Math.sqrt((rate * (1 - rate)) / (problems * rule.min))
      expect(Math.abs(estimates(rule, rate, seed).prefix - rate)).toBeLessThan(4.5 * noise)
    }),
    { numRuns: 60, seed: 1 },
  )
  const stopsAtOne: AdaptiveSampling = { min: 1, max: 8, correct: 1, step: 1, give_up: null }
  fc.assert(
    fc.property(fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.nat(), (rate, seed) => {
      const noise = Math.sqrt((rate * (1 - rate)) / problems)
      expect(estimates(stopsAtOne, rate, seed).all - rate).toBeGreaterThan(5 * noise)
    }),
    { numRuns: 20, seed: 1 },
  )
})
