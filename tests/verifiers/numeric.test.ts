import { expect, test } from 'vitest'
import { numericVerifier, NumericOptions } from '../../verifiers/numeric.ts'

function verdict(gold: string, output: string, options: Partial<NumericOptions> = {}): string {
  return numericVerifier.verify(
    { prompt: '', answers: [gold], choices: [], output },
    NumericOptions.parse(options),
  ).verdict
}

test('the default tolerance is one in a million', () => {
  expect(verdict('3.1415926', '\\pi')).toBe('correct')
  expect(verdict('3.14', '\\pi')).toBe('incorrect')
})

test('the tolerance can be chosen', () => {
  expect(verdict('3.14', '\\pi', { relative_tolerance: 0.01 })).toBe('correct')
  expect(verdict('100.5', '101', { absolute_tolerance: 0.5 })).toBe('correct')
  expect(verdict('100.5', '101.1', { absolute_tolerance: 0.5 })).toBe('incorrect')
})

test('whole numbers have no tolerance', () => {
  expect(verdict('1000000', '1000001', { relative_tolerance: 0.01 })).toBe('incorrect')
})

test('units are converted before the tolerance is applied', () => {
  expect(verdict('1.6 km', '1600.001 m', { relative_tolerance: 0.001 })).toBe('correct')
  expect(verdict('5 kg', '5.0001 m', { relative_tolerance: 0.01 })).not.toBe('correct')
})

test('an answer is found in text', () => {
  expect(verdict('9.81', 'So the acceleration is \\boxed{9.8100001} m/s^2.')).toBe('correct')
})
