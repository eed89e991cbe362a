import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lengthOutliers } from '../../filters/set/length-outliers.ts'
import { bucketOf } from '../../filters/set/token-histogram.ts'
import type { SetSample } from '../../filters/set-filter.ts'
import { makeSample } from './sample.ts'

type Options = Parameters<typeof lengthOutliers.options.parse>[0]
const rulesOf = (options: Options) => lengthOutliers.create(lengthOutliers.options.parse(options))

function sampleOf(tokens: number, changes: { arm?: string; verdict?: 'correct' | 'incorrect' } = {}) {
  const { problem, arm, trace, verdict } = makeSample({
    ...changes,
    trace: { reasoning_tokens: 0, answer_tokens: tokens },
  })
  const keep = verdict.verdict === 'correct'
  const sample: SetSample = { problem, arm, trace, verdict, decision: { keep, reasons: [], measures: {} } }
  return sample
}

/** The reasons against each sample when the samples lie in these shards. */
function decide(options: Options, shards: readonly (readonly SetSample[])[]): (readonly string[])[] {
  const rules = rulesOf(options)
  const merged = rules.empty()
  for (const shard of shards) {
    const summary = rules.empty()
    for (const sample of shard) rules.add(summary, sample)
    rules.merge(merged, structuredClone(summary))
  }
  const check = rules.decide(merged)
  return shards.flat().map((sample) => check(sample))
}

/** Between these two lengths nothing is exact, so none of the buckets is the same. */
const lengths = fc.integer({ min: 0, max: 40_000 })
const samples = fc.array(
  fc
    .record({ tokens: lengths, arm: fc.constantFrom('a', 'b') })
    .map(({ tokens, arm }) => sampleOf(tokens, { arm })),
  { minLength: 1, maxLength: 120 },
)

describe('length outliers', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => sampleOf(index + 1))

  test('are what lies outside the percentiles of the same arm', () => {
    const reasons = decide({ low: 2, high: 97 }, [[...hundred, sampleOf(5000, { arm: 'other' })]])
    expect(reasons.flatMap((each, index) => (each.length > 0 ? [[index + 1, ...each]] : []))).toEqual([
      [1, 'length_outlier_short'],
      [2, 'length_outlier_short'],
      [98, 'length_outlier_long'],
      [99, 'length_outlier_long'],
      [100, 'length_outlier_long'],
    ])
  })

  test('are none at the ends, and none in sets too small for the share', () => {
    expect(decide({ low: 0, high: 100 }, [hundred]).flat()).toEqual([])
    expect(decide({}, [hundred]).flat()).toEqual([])
  })

  test('are measured by the answers that the recipe names', () => {
    const wrong = Array.from({ length: 100 }, () => sampleOf(9000, { verdict: 'incorrect' }))
    const long = (over: 'correct' | 'all') =>
      decide({ over, low: 0, high: 99 }, [[...hundred, ...wrong]]).filter((each) => each.length > 0).length
    expect(long('correct')).toBe(101)
    expect(long('all')).toBe(0)
    expect(decide({ low: 0, high: 100 }, [[...hundred, ...wrong]]).flat()).toEqual([])
    const short = sampleOf(0, { verdict: 'incorrect' })
    expect(decide({ low: 0, high: 99 }, [[...hundred, short]])[100]).toEqual([])
    expect(decide({ low: 1, high: 99 }, [[...hundred, short]])[100]).toEqual(['length_outlier_short'])
  })

  test('do not depend on the order of the samples, on the shards or on how summaries are merged', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 7 }), (given, count) => {
        const whole = decide({ low: 5, high: 90 }, [given])
        const shards = Array.from({ length: count }, (_, shard) =>
          given.filter((_sample, index) => index % count === shard),
        )
        const place = new Map(shards.flat().map((sample, index) => [sample, index]))
        const cut = decide({ low: 5, high: 90 }, shards)
        expect(given.map((sample) => cut[place.get(sample)!])).toEqual(whole)
        const reversed = decide({ low: 5, high: 90 }, [given.toReversed()])
        expect(reversed.toReversed()).toEqual(whole)
      }),
    )
  })

  test('are never more than the share that the recipe allows', () => {
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 0, max: 49 }),
        fc.integer({ min: 51, max: 100 }),
        (given, low, high) => {
          const reasons = decide({ low, high }, [given])
          for (const arm of ['a', 'b']) {
            const own = reasons.filter((_, index) => given[index]!.arm.name === arm)
            const withCode = (code: string) => own.filter(([reason]) => reason === code).length
            expect(withCode('length_outlier_short')).toBeLessThanOrEqual((low / 100) * own.length + 1e-6)
            expect(withCode('length_outlier_long')).toBeLessThanOrEqual((1 - high / 100) * own.length + 1e-6)
          }
        },
      ),
    )
  })

  test('wider percentiles never drop more, and a longer trace is no more outlying below', () => {
    const percent = fc.integer({ min: 0, max: 100 })
    fc.assert(
      fc.property(samples, fc.uniqueArray(percent, { minLength: 4, maxLength: 4 }), (given, percents) => {
        const [a, b, c, d] = percents.toSorted((x, y) => x - y)
        const wide = decide({ low: a, high: d }, [given])
        const narrow = decide({ low: b, high: c }, [given])
        for (const [index, reasons] of wide.entries())
          if (reasons.length > 0) expect(narrow[index]).toEqual(reasons)
      }),
    )
  })
})

test('a bucket is a length below 256 and at most 0.8 % wide above; buckets rise with lengths', () => {
  const length = fc.integer({ min: 0, max: 2 ** 31 - 2 })
  fc.assert(
    fc.property(length, length, (one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)]
      expect(bucketOf(less)).toBeLessThanOrEqual(bucketOf(more))
      expect(bucketOf(less + 1) - bucketOf(less)).toBeLessThanOrEqual(1)
      if (bucketOf(less) !== bucketOf(more)) return
      expect(more - less).toBeLessThanOrEqual(less < 256 ? 0 : less / 128)
    }),
  )
})
