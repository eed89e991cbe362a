import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { judgeSamples } from '../../filters/apply.ts'
import { length } from '../../filters/sample/length.ts'
import { allFilters, sampleFilters } from '../../filters/registry.ts'
import { appliedElsewhere, publishedRules } from '../../filters/published-rules.ts'
import { Recipe } from '../../pipeline/recipe/recipe.ts'
import { FinishState } from '../../schemas/trace.ts'
import { VerdictValue } from '../../schemas/verdict.ts'
import { makeSample, type SampleOptions } from './sample.ts'

const fragments = fc.constantFrom(
  'the sum of both numbers is 12. ',
  '你好，我是通义千问。',
  '<think>',
  '</think>',
  '\\boxed{4}',
  '\\boxed{5}',
  'As an AI language model, I ',
  'the given answer is 7 ',
  '```python\nprint(1)\n```\n',
  '$x^2$ ',
  'wait, ',
  'и так далее ',
  '\n',
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.tuple(fragments, fc.nat({ max: 300 })).map(([part, times]) => part.repeat(times)),
)
const anySample: fc.Arbitrary<SampleOptions> = fc.record({
  mode: fc.constantFrom('thinking' as const, 'non_thinking' as const),
  prompt: fc.oneof(
    fc.constant('What is 3 + 4? Put it in a box: \\boxed{}'),
    fc.string({ minLength: 1, unit: 'binary' }),
  ),
  verdict: fc.constantFrom(...VerdictValue.options),
  trace: fc.record({
    reasoning: anyText,
    answer: anyText,
    reasoning_tokens: fc.nat({ max: 40_000 }),
    answer_tokens: fc.nat({ max: 40_000 }),
    finish_state: fc.constantFrom(...FinishState.options),
  }),
})

type Section = { properties?: Record<string, Section> }

describe('the registry', () => {
  test('has distinct names, and reason codes that belong to one filter each', () => {
    const names = allFilters.map((filter) => filter.name)
    const codes = allFilters.flatMap((filter) => Object.keys(filter.reasons))
    const measures = allFilters.flatMap((filter) => filter.measures ?? []).map(({ name }) => name)
    for (const each of [names, codes, measures]) expect(new Set(each).size).toBe(each.length)
  })

  test('has a filter for every published rule, or the recipe has a key for it', () => {
    const applied = new Set<string>(allFilters.flatMap(({ rules = [] }) => rules))
    for (const rule of Object.keys(appliedElsewhere)) applied.add(rule)
    expect(Object.keys(publishedRules).filter((rule) => !applied.has(rule))).toEqual([])
    const schema = z.toJSONSchema(Recipe, { io: 'input', unrepresentable: 'any' }) as Section
    for (const { key } of Object.values(appliedElsewhere))
      expect(
        key.split('.').reduce<Section | undefined>((at, name) => at?.properties?.[name], schema),
      ).toBeDefined()
  })

  test('has a default for every option', () => {
    for (const filter of allFilters) expect(filter.options.safeParse({}).success).toBe(true)
  })

  test('refuses options that no filter knows', () => {
    for (const filter of allFilters) expect(filter.options.safeParse({ typo: 1 }).success).toBe(false)
  })

  test('judges the most fundamental first: finish state, format, correctness, then the rest', () => {
    expect(sampleFilters.map((filter) => filter.name)).toEqual([
      'finish-state',
      'think-format',
      'correctness',
      'answer-form',
      'length',
      'repetition',
      'language',
      'identity',
      'secret',
      'shape',
      'repeated-lines',
      'answer-contamination',
      'format-reward',
      'language-consistency',
      'reflection',
      'steps',
    ])
  })
})

describe('applying filters', () => {
  test('keeps a clean sample of either mode', () => {
    const judge = judgeSamples({})
    expect(judge(makeSample({ mode: 'thinking' })).reasons).toEqual([])
    expect(judge(makeSample({ mode: 'non_thinking' })).reasons).toEqual([])
  })

  test('gives every reason, in the order of the registry', () => {
    const sample = makeSample({
      verdict: 'no_answer',
      trace: { finish_state: 'cut_in_think', answer: '', answer_tokens: 0, reasoning_tokens: 20_000 },
    })
    expect(judgeSamples({})(sample).reasons).toEqual([
      'cut_in_think',
      'answer_empty',
      'no_answer',
      'reasoning_too_long',
      'answer_too_short',
    ])
  })

  test('leaves out what the section switches off and what the caller leaves out', () => {
    const wrong = makeSample({
      verdict: 'incorrect',
      trace: { answer: '', finish_state: 'empty', answer_tokens: 0 },
    })
    expect(judgeSamples({ 'finish-state': false, length: false })(wrong).reasons).toEqual([
      'answer_empty',
      'incorrect',
    ])
    expect(judgeSamples({ 'finish-state': true }, ['correctness'])(wrong).reasons).toEqual([
      'empty',
      'answer_empty',
      'answer_too_short',
    ])
  })

  test('takes the options of the section', () => {
    const long = makeSample({ trace: { answer_tokens: 500 } })
    const section = { length: length.options.parse({ arms: { thinking: { answer: { max: 100 } } } }) }
    expect(judgeSamples(section)(long).reasons).toEqual(['answer_too_long'])
  })

  test('is pure: the same sample gives the same declared reasons, alone, again and in any company', () => {
    const judge = judgeSamples({})
    const declared = new Set(sampleFilters.flatMap((filter) => Object.keys(filter.reasons)))
    fc.assert(
      fc.property(fc.array(anySample, { minLength: 1, maxLength: 5 }), (options) => {
        const samples = options.map(makeSample)
        const before = structuredClone(samples)
        const forward = samples.map((sample) => judge(sample))
        const backward = samples.toReversed().map((sample) => judgeSamples({})(sample))
        expect(backward.reverse()).toEqual(forward)
        expect(samples).toEqual(before)
        for (const reason of forward.flatMap(({ reasons }) => reasons)) expect(declared).toContain(reason)
      }),
      { numRuns: 150 },
    )
  })
})
