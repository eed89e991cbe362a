import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countTokens } from '../../teachers/cost/tokens.ts'

test('tokens are counted with the vocabulary of gpt-oss', () => {
  expect(countTokens('')).toEqual({ tokens: 0, estimated: false })
  expect(countTokens('Hello, world!')).toEqual({ tokens: 4, estimated: false })
})

test('special tokens in a text are text', () => {
  expect(countTokens('<|channel|>analysis<|message|><|endoftext|>').tokens).toBeGreaterThan(6)
})

test.each([
  ['a letter', 'a', 200_000, 25_000],
  ['a letter with an accent of its own', 'a\u0301', 50_000, 100_000],
  ['an ideograph', '中', 50_000, 50_000],
  ['punctuation', '!?', 100_000, 50_002],
  ['a space', ' ', 200_000, 1563],
  ['mixed case', 'Aa', 100_000, 100_000],
])('%s without end is counted exactly', (_name, unit, times, tokens) => {
  expect(countTokens(unit.repeat(times))).toEqual({ tokens, estimated: false })
})

test('a word of more than 256 KiB is counted in parts, and said to be estimated', () => {
  expect(countTokens('a'.repeat(600_000))).toEqual({ tokens: 75_000, estimated: true })
})

test('half surrogate pairs do not throw', () => {
  expect(countTokens('\ud800 and \udfff').tokens).toBeGreaterThan(0)
})

test('a text and a part of it: the part never has more tokens than characters in UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { tokens, estimated } = countTokens(text)
      expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text.toWellFormed()))
      expect(estimated).toBe(false)
    }),
  )
})
