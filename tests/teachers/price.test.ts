import { expect, test } from 'vitest'
import { costUsd } from '../../teachers/price.ts'

const usage = {
  prompt_tokens: 1_000_000,
  completion_tokens: 2_000_000,
  reasoning_tokens: 1_900_000,
  cached_tokens: null,
}
const price = { input: 0.5, output: 2, date: '2026-11-01' }

test('tokens cost what the recipe states, and reasoning is not added again', () => {
  expect(costUsd(usage, price)).toBeCloseTo(4.5, 10)
})

test('cached input has a price of its own', () => {
  const cached = { ...usage, cached_tokens: 400_000 }
  expect(costUsd(cached, { ...price, cached_input: 0.1 })).toBeCloseTo(0.3 + 0.04 + 4, 10)
  expect(costUsd(cached, price)).toBeCloseTo(4.5, 10)
})

test('what the server says it charged goes before any computation', () => {
  expect(costUsd(usage, price, { usage: { cost: 0.25 } })).toBe(0.25)
  expect(costUsd(usage, undefined, { usage: { cost: 0 } })).toBe(0)
  expect(costUsd(usage, price, { usage: { cost: 'free' } })).toBeCloseTo(4.5, 10)
})

test('without a price or a count nothing is known', () => {
  expect(costUsd(usage, undefined)).toBeNull()
  expect(costUsd({ ...usage, completion_tokens: null }, price)).toBeNull()
})
