import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quotasOf } from '../../../pipeline/stages/select/quotas.ts'
import { divide } from '../../../schemas/divide.ts'

const weights = fc
  .dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.double({ min: 0.01, max: 100, noNaN: true }), {
    minKeys: 1,
    maxKeys: 8,
  })
  .map((given) => new Map(Object.entries(given)))

test('parts add up, come near their shares, and none shrinks when the number grows', () => {
  fc.assert(
    fc.property(weights, fc.nat(5000), fc.nat(50), (given, number, more) => {
      const parts = divide(number, given)
      const larger = divide(number + more, given)
      const total = [...given.values()].reduce((sum, weight) => sum + weight, 0)
      expect([...parts.values()].reduce((sum, part) => sum + part, 0)).toBe(number)
      for (const [name, part] of parts) {
        expect(larger.get(name)).toBeGreaterThanOrEqual(part)
        expect(Math.abs(part - (number * given.get(name)!) / total)).toBeLessThan(given.size)
      }
      expect(divide(number, new Map([...given].toReversed()))).toEqual(parts)
    }),
  )
})

test('what a stratum cannot give goes to the others only where that is wanted', () => {
  const strata = new Map([
    ['easy', { problems: 1000, asked: 300, accepted: 200 }],
    ['hard', { problems: 50, asked: 50, accepted: 7 }],
    ['medium', { problems: 500, asked: 100, accepted: 30 }],
  ])
  const quotas = { easy: 2, medium: 1, hard: 1 }
  expect(Object.fromEntries(quotasOf({ pairs: 100, quotas, overflow: false }, strata))).toEqual({
    easy: 50,
    medium: 25,
    hard: 25,
  })
  expect(Object.fromEntries(quotasOf({ pairs: 100, quotas, overflow: true }, strata))).toEqual({
    easy: 62,
    medium: 31,
    hard: 7,
  })
  // Without weights every stratum there is counts the same.
  expect([...quotasOf({ pairs: 99, overflow: false }, strata).values()]).toEqual([33, 33, 33])
})
