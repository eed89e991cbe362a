import { expect, test } from 'vitest'
import { emptyBill } from '../../schemas/bill.ts'
import { batchRates, billedNanoUsd, nanoUsd, ratesOf } from '../../teachers/cost/price.ts'

const tokens = { prompt: 1_000_000, cached: 0, completion: 2_000_000 }
const rates = { input: 0.5, output: 2 }

test('tokens cost what the recipe states, by the million', () => {
  expect(nanoUsd(tokens, rates)).toBeCloseTo(4.5e9, 0)
})

test('cached input has a price of its own', () => {
  const cached = { ...tokens, cached: 400_000 }
  expect(nanoUsd(cached, { ...rates, cached_input: 0.1 })).toBeCloseTo(4.34e9, 0)
  expect(nanoUsd(cached, rates)).toBeCloseTo(4.5e9, 0)
})

test('a batch costs the discounted part of everything', () => {
  const priced = { ...rates, cached_input: 0.1, batch: 0.5 }
  expect(batchRates(priced)).toEqual({ input: 0.25, output: 1, cached_input: 0.05 })
  expect(batchRates(rates)).toEqual({ input: 0.5, output: 2, cached_input: 0.5 })
})

test('what servers said they charged goes before any computation, and only the rest is priced', () => {
  const charged = { prompt: 1_000_000, cached: 0, completion: 1_500_000, nano_usd: 250_000_000 }
  expect(billedNanoUsd({ ...emptyBill(), ...tokens, charged }, rates)).toBeCloseTo(0.25e9 + 1e9, 0)
  expect(billedNanoUsd({ ...emptyBill(), ...tokens, charged }, undefined)).toBe(250_000_000)
})

test('what came through a batch has the price of the batch', () => {
  const half = { prompt: 500_000, cached: 0, completion: 1_000_000 }
  const bill = { ...emptyBill(), ...tokens, batch: half }
  expect(billedNanoUsd(bill, { ...rates, batch: 0.5 })).toBeCloseTo(0.75 * 4.5e9, 0)
  expect(billedNanoUsd(bill, rates)).toBeCloseTo(4.5e9, 0)
})

test('without a price or a charge nothing is known', () => {
  expect(billedNanoUsd({ ...emptyBill(), ...tokens }, undefined)).toBeNull()
})

test('a model has its own price where one is stated, else that of the endpoint', () => {
  const price = { ...rates, date: '2026-11-01', models: { small: { input: 0.1, output: 0.2 } } }
  expect(ratesOf(price, 'small')).toEqual({ input: 0.1, output: 0.2 })
  expect(ratesOf(price, 'other')).toMatchObject(rates)
  expect(ratesOf({ date: '2026-11-01', models: price.models }, 'other')).toBeUndefined()
  expect(ratesOf(undefined, 'small')).toBeUndefined()
})
