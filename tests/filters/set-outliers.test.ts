import { expect, test } from 'vitest'
import { branchingOutliers } from '../../filters/set/branching-outliers.ts'
import { longDirectAnswers } from '../../filters/set/long-direct-answers.ts'
import { bucketOf, largestIn } from '../../filters/set/token-histogram.ts'
import type { SampleSetFilter, SetSample } from '../../filters/set-filter.ts'
import { makeSample } from './sample.ts'

function sampleOf(mode: 'thinking' | 'non_thinking', tokens: number, density: number | null): SetSample {
  const { problem, arm, trace, verdict } = makeSample({ mode, trace: { answer_tokens: tokens } })
  return {
    problem,
    arm,
    trace,
    verdict,
    decision: { keep: true, reasons: [], measures: { branching_density: density } },
  }
}

function lost(filter: SampleSetFilter, options: object, samples: readonly SetSample[]): number[] {
  const rules = filter.create(filter.options.parse(options))
  const summary = rules.empty()
  for (const sample of samples) rules.add(summary, sample)
  const decide = rules.decide(summary)
  return samples.flatMap((sample, index) => (decide(sample).length > 0 ? [index] : []))
}

test('a direct answer is held against those of its arm, a thinking one is not', () => {
  const usual = Array.from({ length: 300 }, (_, index) => sampleOf('non_thinking', 50 + (index % 50), null))
  const all = [...usual, sampleOf('non_thinking', 196, null), sampleOf('non_thinking', 900, null)]
  expect(lost(longDirectAnswers as SampleSetFilter, {}, all)).toEqual([301])
  expect(lost(longDirectAnswers as SampleSetFilter, { times: 1.5 }, all)).toEqual([300, 301])
  const thinking = all.map(({ trace }) => sampleOf('thinking', trace.answer_tokens, null))
  expect(lost(longDirectAnswers as SampleSetFilter, {}, thinking)).toEqual([])
})

test('the traces that branch most are a share of those that have a density', () => {
  const samples = Array.from({ length: 100 }, (_, index) => sampleOf('thinking', 10, index / 200))
  const all = [...samples, ...Array.from({ length: 50 }, () => sampleOf('thinking', 10, null))]
  expect(lost(branchingOutliers as SampleSetFilter, {}, all)).toEqual(
    Array.from({ length: 10 }, (_, index) => 90 + index),
  )
  expect(lost(branchingOutliers as SampleSetFilter, { top: 0 }, all)).toEqual([])
  const { verdict, ...wild } = sampleOf('thinking', 10, 0.9)
  const wrong: SetSample = { ...wild, verdict: { ...verdict, verdict: 'incorrect' } }
  expect(lost(branchingOutliers as SampleSetFilter, {}, [...samples, wrong])).toContain(100)
  expect(lost(branchingOutliers as SampleSetFilter, { top: 0 }, [...samples, wrong])).toEqual([])
})

test('the largest number of a bucket is in it, and the next is not', () => {
  for (const tokens of [0, 1, 255, 256, 257, 511, 512, 5_000, 31_999, 1_000_000]) {
    const largest = largestIn(bucketOf(tokens))
    expect(largest).toBeGreaterThanOrEqual(tokens)
    expect(bucketOf(largest)).toBe(bucketOf(tokens))
    expect(bucketOf(largest + 1)).toBe(bucketOf(tokens) + 1)
  }
})
