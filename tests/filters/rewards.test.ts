import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatReward } from '../../filters/sample/format-reward.ts'
import { languageConsistency } from '../../filters/sample/language-consistency.ts'
import { makeSample, type SampleOptions } from './sample.ts'

const format = (options: SampleOptions) => formatReward.measure!(makeSample(options))['format_reward']
const language = (options: SampleOptions): number | null =>
  languageConsistency.measure!(makeSample(options))['language_consistency']!

describe('the format reward', () => {
  test('is 1 for a thinking block with an answer, and for an answer alone', () => {
    expect(format({ mode: 'thinking' })).toBe(1)
    expect(format({ mode: 'non_thinking' })).toBe(1)
    expect(format({ mode: 'non_thinking', trace: { reasoning_state: 'empty_think_block' } })).toBe(1)
  })

  test.each<[string, SampleOptions]>([
    ['a thinking arm that does not reason', { mode: 'thinking', trace: { reasoning: '' } }],
    ['an answering arm that reasons', { mode: 'non_thinking', trace: { reasoning: 'Let me see.' } }],
    ['no answer', { mode: 'thinking', trace: { answer: ' ' } }],
    ['an answer that was cut', { mode: 'thinking', trace: { finish_state: 'cut_in_answer' } }],
    ['a tag in the answer', { mode: 'thinking', trace: { answer: 'So</think> 42.' } }],
    ['a tag in the reasoning', { mode: 'thinking', trace: { reasoning: 'I think <think> so.' } }],
    ['a harmony token in the answer', { mode: 'non_thinking', trace: { answer: '<|channel|>final 42' } }],
  ])('is 0 for %s', (_, options) => {
    expect(format(options)).toBe(0)
  })
})

describe('language consistency', () => {
  test('is the share of the letters that are in the script of the prompt', () => {
    expect(language({ trace: { reasoning: 'Each pen costs three euros.' } })).toBe(1)
    expect(language({ trace: { reasoning: 'abcdefghij 每支笔三欧元十四支' } })).toBeCloseTo(0.5, 1)
    expect(language({ trace: { reasoning: '每支笔三欧元，十四支笔四十二欧元。' } })).toBe(0)
    const chinese = { prompt: '一支笔三欧元，十四支笔多少钱？' }
    expect(language({ ...chinese, trace: { reasoning: '每支笔三欧元，所以 x 是四十二。' } })).toBe(1)
    expect(language({ ...chinese, trace: { reasoning: 'Each pen costs three euros.' } })).toBeLessThan(0.1)
  })

  test('does not count mathematics and code', () => {
    const reasoning = 'Each pen costs $\\text{欧元}$ three, `笔 = 3` and that is all.'
    expect(language({ trace: { reasoning } })).toBe(1)
  })

  test('is null where there is nothing to judge', () => {
    expect(language({ mode: 'non_thinking' })).toBeNull()
    expect(language({ trace: { reasoning: '3 * 14 = 42' } })).toBeNull()
    expect(language({ prompt: '3 * 14 = ?' })).toBeNull()
  })

  test('lies between 0 and 1, and more foreign words never raise it', () => {
    const word = constantFrom('seven', 'because', '因为', 'потому', '七')
    assert(
      property(array(word, { minLength: 1, maxLength: 30 }), (words) => {
        const share = language({ trace: { reasoning: words.join(' ') } })
        const more = language({ trace: { reasoning: [...words, '所以'].join(' ') } })
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
        expect(more).toBeLessThanOrEqual(share ?? 1)
      }),
    )
  })
})
