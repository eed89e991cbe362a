import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { length } from '../../filters/sample/length.ts'
import { reasonsOf } from './sample.ts'

const tokens = (reasoning_tokens: number, answer_tokens: number) => ({
  trace: { reasoning_tokens, answer_tokens },
})

describe('length', () => {
  test('has the published caps as defaults', () => {
    expect(reasonsOf('length', {}, tokens(16_384, 1))).toEqual([])
    expect(reasonsOf('length', {}, tokens(16_385, 1))).toEqual(['reasoning_too_long'])
    expect(reasonsOf('length', {}, tokens(16_384, 16_385))).toEqual(['total_too_long'])
    expect(reasonsOf('length', {}, tokens(100, 0))).toEqual(['answer_too_short'])
    expect(reasonsOf('length', {}, { mode: 'non_thinking', ...tokens(0, 0) })).toEqual(['answer_too_short'])
    expect(reasonsOf('length', {}, { mode: 'non_thinking', ...tokens(0, 1) })).toEqual([])
  })

  test.each([
    ['4k', 4000],
    ['8k', 8192],
    ['16k', 16_384],
    ['32k', 32_768],
  ])('takes %s for a length, in modes and arms', (name, most) => {
    for (const options of [
      { thinking: { reasoning: { max: name }, total: { max: null } } },
      { thinking: { total: { max: null } }, arms: { thinking: { reasoning: { max: name } } } },
    ]) {
      expect(reasonsOf('length', options, tokens(most, 9))).toEqual([])
      expect(reasonsOf('length', options, tokens(most + 1, 9))).toEqual(['reasoning_too_long'])
    }
    expect(length.options.safeParse({ thinking: { reasoning: { min: 40_000, max: name } } }).success).toBe(
      false,
    )
    expect(length.options.safeParse({ thinking: { total: { max: '64k' } } }).success).toBe(false)
  })

  test('an arm wins over its mode, part by part', () => {
    const options = {
      thinking: { reasoning: { min: 10, max: 100 }, answer: { max: 50 } },
      arms: { r1: { reasoning: { max: 200 } } },
    }
    expect(reasonsOf('length', options, tokens(150, 60))).toEqual(['reasoning_too_long', 'answer_too_long'])
    expect(reasonsOf('length', options, { arm: 'r1', ...tokens(150, 60) })).toEqual(['answer_too_long'])
    expect(reasonsOf('length', options, { arm: 'r1', ...tokens(5, 6) })).toEqual([])
    expect(reasonsOf('length', options, tokens(5, 6))).toEqual(['reasoning_too_short'])
  })

  test('null lifts a cap', () => {
    const options = { thinking: { reasoning: { max: null }, total: { max: null } } }
    expect(reasonsOf('length', options, tokens(1_000_000, 1))).toEqual([])
  })

  test('refuses bounds that no length can meet, at the place where they stand', () => {
    expect(issue({ thinking: { reasoning: { min: 500, max: 100 } } })).toEqual({
      path: ['thinking', 'reasoning'],
      message: 'min 500 is above max 100; lower min or raise max',
    })
    expect(
      issue({ arms: { r1: { reasoning: { min: 90 }, answer: { min: 20 }, total: { max: 100 } } } }),
    ).toEqual({
      path: ['arms', 'r1'],
      message: 'reasoning and answer need at least 110 tokens, and total allows 100; raise total.max',
    })
  })

  test('keeps exactly the lengths inside the bounds', () => {
    const bound = fc.nat({ max: 50 })
    fc.assert(
      fc.property(bound, bound, bound, (a, b, count) => {
        const [min, max] = a < b ? [a, b] : [b, a]
        const reasons = reasonsOf('length', { thinking: { reasoning: { min, max } } }, tokens(count, 5))
        expect(reasons.length === 0).toBe(min <= count && count <= max)
      }),
    )
  })
})

function issue(options: unknown): Pick<z.core.$ZodIssue, 'path' | 'message'> | undefined {
  const [first] = length.options.safeParse(options).error?.issues ?? []
  return first && { path: first.path, message: first.message }
}
