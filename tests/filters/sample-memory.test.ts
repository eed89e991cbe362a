import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeSamples, needTexts, noFiles } from '../../filters/apply.ts'
import type { Sample } from '../../filters/filter.ts'
import { groupFilters, sampleFilters } from '../../filters/registry.ts'
import type { SampleMemory } from '../../filters/sample-memory.ts'
import { makeSample } from './sample.ts'

const texts = fc.constantFrom(
  '',
  'I am Qwen. '.repeat(3),
  'Wait, let me check. '.repeat(30),
  '答案是四十二。'.repeat(9),
  'So it is \\boxed{42}. Hmm, wait. <think>',
  `Sum of ${Array.from({ length: 700 }, (_, at) => at % 7).join(' ')}`,
)
const samples: fc.Arbitrary<Sample[]> = fc.array(
  fc
    .record({
      mode: fc.constantFrom('thinking' as const, 'non_thinking' as const),
      verdict: fc.constantFrom('correct' as const, 'incorrect' as const, 'undecided' as const),
      reasoning: texts,
      answer: texts,
      reasoning_tokens: fc.nat(3000),
    })
    .map(({ mode, verdict, ...trace }) => makeSample({ mode, verdict, trace })),
  { minLength: 1, maxLength: 6 },
)
/** Recipes that differ in thresholds, and in which filters run at all. */
const sections = fc.record({
  repetition: fc.constantFrom<unknown>(true, false, { ngram_repeats: 5, tail_characters: 60 }),
  length: fc.constantFrom<unknown>(true, { arms: { thinking: { reasoning: { min: 0, max: 1500 } } } }),
  language: fc.constantFrom<unknown>(true, { min_share: 0.2 }),
  identity: fc.constantFrom<unknown>(true, false, { identity: 'keep' }),
})

function parsed(section: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(section).map(([name, options]) => [
      name,
      typeof options === 'boolean'
        ? options
        : sampleFilters.find((filter) => filter.name === name)!.options.parse(options),
    ]),
  )
}

const without = (sample: Sample): string[] => (sample.arm.mode === 'thinking' ? [] : ['correctness'])
const blank = (sample: Sample): Sample => ({
  ...sample,
  trace: { ...sample.trace, reasoning: '', answer: '' },
})

const memoryOf = (known: SampleMemory['known']): SampleMemory => ({ known, found: new Map(), digests: {} })

test('with what was found before, decisions are those of a look at everything', () => {
  fc.assert(
    fc.property(samples, fc.array(sections, { minLength: 2, maxLength: 4 }), (all, recipes) => {
      let known: SampleMemory['known'] = new Map()
      for (const recipe of recipes.map(parsed)) {
        const memory = memoryOf(known)
        // Texts that need not be read must not matter.
        const read = needTexts(recipe, memory)
        const decisions = all.map((sample, at) => {
          const seen = read ? sample : { ...sample, trace: { ...sample.trace, reasoning: '', answer: '' } }
          return judgeSamples(recipe, without(sample), noFiles, memory)(seen, at)
        })
        expect(decisions).toEqual(all.map((sample) => judgeSamples(recipe, without(sample))(sample)))
        known = memory.found
      }
    }),
    { numRuns: 60 },
  )
})

test('texts are read again only for a filter of texts whose options changed', () => {
  const memory = memoryOf(new Map())
  judgeSamples({}, [], noFiles, memory)(makeSample(), 0)
  const after = (section: Record<string, unknown>): boolean =>
    needTexts(parsed(section), memoryOf(memory.found))
  expect(needTexts({}, memoryOf(new Map()))).toBe(true)
  expect(after({})).toBe(false)
  expect(after({ length: { thinking: { reasoning: { max: 9 } } } })).toBe(false)
  expect(after({ 'finish-state': false, correctness: { accept: ['incorrect'] } })).toBe(false)
  expect(after({ repetition: { ngram_repeats: 5 } })).toBe(true)
  expect(after({ secret: true })).toBe(true)
})

test('a filter that says so looks at no text', () => {
  const named = sampleFilters.filter(({ readsNoText }) => readsNoText)
  expect(named.length).toBeGreaterThan(2)
  fc.assert(
    fc.property(samples, (all) => {
      for (const filter of named) {
        const check = filter.create!(filter.options.parse({}), noFiles)
        for (const sample of all) {
          expect(filter.measure?.(blank(sample))).toEqual(filter.measure?.(sample))
          expect(check(blank(sample), {})).toEqual(check(sample, {}))
        }
      }
      for (const filter of groupFilters.filter(({ readsNoText }) => readsNoText)) {
        const group = all.map((sample) => Object.assign({}, sample, judgeSamples({})(sample)))
        const { problem } = all[0]!
        const blanked = group.map((sample) => Object.assign({}, sample, blank(sample)))
        expect(filter.measure?.({ problem, samples: blanked })).toEqual(
          filter.measure?.({ problem, samples: group }),
        )
      }
    }),
    { numRuns: 60 },
  )
})
