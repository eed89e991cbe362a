import { expect, test } from 'vitest'
import { declaredMeasures, declaredReasons } from '../../filters/checked.ts'
import { length } from '../../filters/sample/length.ts'
import { passRate } from '../../filters/group/pass-rate.ts'

test('a reason that a filter does not declare is a defect of the filter', () => {
  expect(declaredReasons(length, ['total_too_long'])).toEqual(['total_too_long'])
  expect(() => declaredReasons(length, ['total_too_long', 'far_too_long'])).toThrow(/length .* far_too_long/)
  expect(() => declaredReasons(length, ['constructor'])).toThrow(/does not declare/)
})

test('so is a measure that it does not declare, and one that it leaves out', () => {
  const whole = { pass_rate: null, pass_rate_low: null, pass_rate_high: null, pass_rate_checked: 0 }
  expect(declaredMeasures(passRate, whole)).toEqual(whole)
  expect(() => declaredMeasures(passRate, { pass_rate: 1 })).toThrow(
    /declares pass_rate, pass_rate_low, pass_rate_high, pass_rate_checked/,
  )
  expect(() => declaredMeasures(passRate, { ...whole, more: 1 })).toThrow(/more/)
})
