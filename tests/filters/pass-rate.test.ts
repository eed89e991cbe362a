import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeGroups } from '../../filters/apply.ts'
import type { Group } from '../../filters/filter.ts'
import { passRate } from '../../filters/group/pass-rate.ts'
import type { VerdictValue } from '../../schemas/verdict.ts'
import { makeSample } from './sample.ts'

const group = (verdicts: readonly VerdictValue[], arm = 'thinking'): Group => {
  const samples = verdicts.map((verdict, sample_index) => {
    const sample = makeSample({ arm, verdict, trace: { key: `${arm}${sample_index}`, sample_index } })
    const judged = { ...sample, reasons: [], measures: {} }
    return { ...judged, arm: { ...sample.arm, samples: verdicts.length } }
  })
  return { problem: samples[0]!.problem, samples }
}
const reasonOf = (options: Record<string, unknown>, given: Group) => {
  const decisions = judgeGroups({ 'pass-rate': passRate.options.parse(options) })(given)
  expect(new Set(decisions.map(({ reasons }) => reasons.join())).size).toBe(1)
  return decisions[0]!.reasons[0]
}
const rights = (correct: number, incorrect: number): VerdictValue[] => [
  ...Array<VerdictValue>(correct).fill('correct'),
  ...Array<VerdictValue>(incorrect).fill('incorrect'),
]

describe('the band of pass rates', () => {
  test('drops by default what is never and what is always solved', () => {
    expect(reasonOf({}, group(rights(0, 4)))).toBe('never_solved')
    expect(reasonOf({}, group(rights(4, 0)))).toBe('too_easy')
    expect(reasonOf({}, group(rights(1, 3)))).toBeUndefined()
  })

  test('is open at both ends, to the last digit', () => {
    const band = { above: 0.1, below: 0.6 }
    expect(reasonOf(band, group(rights(1, 9)))).toBe('too_hard')
    expect(reasonOf(band, group(rights(2, 8)))).toBeUndefined()
    expect(reasonOf(band, group(rights(6, 4)))).toBe('too_easy')
    expect(reasonOf({ above: 0.57 }, group(rights(57, 43)))).toBe('too_hard')
  })

  test('says nothing of few answers, and counts those that could not be checked on neither side', () => {
    expect(reasonOf({}, group(rights(0, 3)))).toBeUndefined()
    expect(reasonOf({}, group([...rights(0, 3), 'undecided', 'timeout', 'no_answer']))).toBeUndefined()
    expect(reasonOf({ min_checked: 3 }, group([...rights(0, 3), 'error']))).toBe('never_solved')
  })

  test('counts the first samples alone where the plan is adaptive', () => {
    const given = group(rights(0, 5))
    const adaptive = { min: 4, max: 8, correct: 1, step: 2, give_up: null }
    const late = group(rights(0, 4).concat(rights(3, 0)))
    const samples = late.samples.map((sample) => ({ ...sample, arm: { ...sample.arm, adaptive } }))
    expect(reasonOf({}, given)).toBe('never_solved')
    expect(reasonOf({}, { ...late, samples })).toBe('never_solved')
  })

  test('is counted over the named arms', () => {
    const both = { ...group(rights(4, 0), 'easy') }
    const given = { ...both, samples: [...both.samples, ...group(rights(0, 4), 'hard').samples] }
    expect(reasonOf({}, given)).toBeUndefined()
    expect(reasonOf({ arms: ['easy'] }, given)).toBe('too_easy')
    expect(reasonOf({ arms: ['hard'] }, given)).toBe('never_solved')
  })

  test('stores the rate of each arm, null where nothing was checked', () => {
    const judge = judgeGroups({ 'pass-rate': true })
    expect(judge(group(rights(1, 3)))[0]!.measures).toMatchObject({ pass_rate: 0.25, pass_rate_checked: 4 })
    expect(judge(group(['timeout']))[0]!.measures).toMatchObject({ pass_rate: null, pass_rate_checked: 0 })
  })

  test.each([
    [1, 3, 0.0456, 0.6994],
    [4, 4, 0.2152, 0.7848],
    [0, 8, 0, 0.3244],
    [8, 0, 0.6756, 1],
    [1, 15, 0.0111, 0.2833],
  ])('has the Wilson interval of %i right and %i wrong', (correct, incorrect, low, high) => {
    const { measures } = judgeGroups({ 'pass-rate': true })(group(rights(correct, incorrect)))[0]!
    expect(measures['pass_rate_low']).toBeCloseTo(low, 4)
    expect(measures['pass_rate_high']).toBeCloseTo(high, 4)
  })

  test('may go by an end of the interval', () => {
    const given = group(rights(2, 6))
    expect(reasonOf({ above: 0.1 }, given)).toBeUndefined()
    expect(reasonOf({ above: 0.1, by: 'lower' }, given)).toBe('too_hard')
    expect(reasonOf({ below: 0.5, by: 'upper' }, given)).toBe('too_easy')
  })

  test('may have a band for other arms, such as a weak one that must not solve the problem', () => {
    const strong = group(rights(2, 6), 'strong')
    const beside = (weak: Group): Group => ({ ...strong, samples: [...strong.samples, ...weak.samples] })
    const options = { arms: ['strong'], also: [{ arms: ['weak'], below: 0.2, or_equal: true }] }
    expect(reasonOf(options, beside(group(rights(0, 4), 'weak')))).toBeUndefined()
    expect(reasonOf(options, beside(group(rights(1, 3), 'weak')))).toBe('too_easy')
  })

  test('refuses a band with nothing between its bounds, a further one too', () => {
    const wrong = { above: 0.9, below: 0.1 }
    expect(passRate.options.safeParse(wrong).success).toBe(false)
    expect(passRate.options.safeParse({ also: [{ arms: ['weak'], ...wrong }] }).success).toBe(false)
  })

  test('is off by default', () => {
    expect(judgeGroups({})(group(rights(0, 8))).map(({ reasons }) => reasons)).toEqual(
      rights(0, 8).map(() => []),
    )
  })

  test('a wider band never drops more, and the order of the samples does not matter', () => {
    const verdict = fc.constantFrom<VerdictValue>('correct', 'incorrect', 'undecided', 'no_answer')
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)
    fc.assert(
      fc.property(
        fc.array(verdict, { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(share, { minLength: 4, maxLength: 4 }),
        (verdicts, shares) => {
          const [a, b, c, d] = shares.toSorted((x, y) => x - y)
          const given = group(verdicts)
          const wide = reasonOf({ above: a, below: d }, given)
          if (wide !== undefined) expect(reasonOf({ above: b, below: c }, given)).toBeDefined()
          const reversed = { ...given, samples: given.samples.toReversed() }
          expect(reasonOf({ above: a, below: d }, reversed)).toBe(wide)
        },
      ),
    )
  })
})
