import { deserialize, serialize } from 'node:v8'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { diversityDraw } from '../../filters/set/diversity-draw.ts'
import type { SetSample } from '../../filters/set-filter.ts'
import { makeSample } from './sample.ts'

type Changes = {
  problem: number
  tokens?: number
  mode?: 'thinking' | 'non_thinking'
  keep?: boolean
  domain?: string
  source?: string
  right?: boolean
}

function sampleOf({
  problem,
  tokens = 10,
  mode,
  keep = true,
  domain = '',
  source,
  right = true,
}: Changes): SetSample {
  const { arm, trace, verdict, ...sample } = makeSample({
    ...(mode && { mode }),
    trace: { reasoning_tokens: tokens, answer_tokens: 1 },
    verdict: right ? 'correct' : 'incorrect',
  })
  const own = {
    ...sample.problem,
    id: problem.toString(16).padStart(32, '0'),
    domain,
    ...(source && { source }),
  }
  return { problem: own, arm, trace, verdict, decision: { keep, reasons: [], measures: {} } }
}

const direct = (problem: number, keep: boolean): SetSample =>
  sampleOf({ problem, mode: 'non_thinking', keep })

/** The problems that stay, and those of which an answer is said not to be drawn. */
function draw(options: object, samples: readonly SetSample[]): Record<'stay' | 'lost', string[]> {
  const rules = diversityDraw.create(diversityDraw.options.parse(options))
  const summary = rules.empty()
  for (const sample of samples) rules.add(summary, sample)
  const decide = rules.decide(summary)
  const ids = (lost: boolean): string[] => [
    ...new Set(
      samples
        .filter((one) => one.decision.keep && decide(one).length > 0 === lost)
        .map((one) => `p${Number.parseInt(one.problem.id, 16)}`),
    ),
  ]
  return { stay: ids(false), lost: ids(true) }
}

const ofMany = (problem: number, mode: 'thinking' | 'non_thinking', keep: boolean): SetSample =>
  sampleOf({ problem, mode, keep, tokens: problem, domain: problem < 36 ? 'algebra' : 'logic' })
const many = Array.from({ length: 40 }, (_, problem) => ofMany(problem, 'thinking', true))

test('so many problems stay, of every domain, with all their kept answers', () => {
  const { stay, lost } = draw({ problems: 8 }, [...many, ...many])
  expect(stay.length).toBe(8)
  expect(lost.length).toBe(32)
  expect(stay.some((id) => Number(id.slice(1)) >= 36)).toBe(true)
  expect(stay.some((id) => Number(id.slice(1)) < 36)).toBe(true)
  expect(draw({ problems: 8, seed: 5 }, many).stay).not.toEqual(stay)
  expect(draw({}, many).lost).toEqual([])
})

test('what stays is drawn again whole', () => {
  const { stay } = draw({ problems: 8 }, many)
  const left = many.filter((_, problem) => stay.includes(`p${problem}`))
  expect(draw({ problems: 8 }, left)).toEqual({ stay, lost: [] })
})

test('a problem takes part with a kept answer of every arm, and one that cannot is lost to others', () => {
  const samples = [...many, ...many.map((_, problem) => direct(problem, problem % 2 === 0))]
  const { stay, lost } = draw({ problems: 5 }, samples)
  expect(lost.length).toBe(15)
  expect(stay.filter((id) => Number(id.slice(1)) % 2 === 0).length).toBe(5)
  // The other twenty did not take part, so nothing is said of their thinking answers.
  expect(stay.length).toBe(25)
  expect(draw({ problems: 5, arms: ['thinking'] }, samples).lost.length).toBe(35)
})

test('right and long ones of a source come first', () => {
  const samples = [
    ...many,
    sampleOf({ problem: 50, source: 'MATH', tokens: 5_000 }),
    sampleOf({ problem: 51, source: 'MATH', tokens: 6_000 }),
    sampleOf({ problem: 52, source: 'MATH', tokens: 7_000, right: false }),
    sampleOf({ problem: 53, source: 'AIME', tokens: 3 }),
  ]
  const first = [{ source: 'MATH', min_tokens: 5_600 }, { source: 'AIME' }]
  expect(draw({ problems: 2, first }, samples).stay.toSorted()).toEqual(['p51', 'p53'])
})

test('domains without a weight are not drawn', () => {
  const { stay } = draw({ problems: 30, weights: { logic: 1 } }, many)
  expect(stay).toEqual(['p36', 'p37', 'p38', 'p39'])
})

test('whatever the order of the samples and however they were cut into shards, the same problems are drawn', () => {
  const samples = [...many, ...many.map((_, problem) => ofMany(problem, 'non_thinking', problem % 3 > 0))]
  const all = draw({ problems: 9 }, samples)
  const rules = diversityDraw.create(diversityDraw.options.parse({ problems: 9 }))
  const anyOrder = fc.shuffledSubarray(samples, { minLength: samples.length })
  fc.assert(
    fc.property(anyOrder, fc.integer({ min: 1, max: samples.length }), (shuffled, perShard) => {
      const merged = rules.empty()
      for (let start = 0; start < shuffled.length; start += perShard) {
        const summary = rules.empty()
        for (const sample of shuffled.slice(start, start + perShard)) rules.add(summary, sample)
        rules.merge(merged, deserialize(serialize(summary)) as typeof summary)
      }
      const decide = rules.decide(merged)
      const lost = samples.filter((sample) => decide(sample).length > 0)
      expect([...new Set(lost.map(({ problem }) => `p${Number.parseInt(problem.id, 16)}`))]).toEqual(all.lost)
    }),
    { numRuns: 30 },
  )
})

test('a summary takes 29 bytes a problem, and strata of which each problem has its own are no hindrance', () => {
  const rules = diversityDraw.create(diversityDraw.options.parse({ problems: 100, by: 'source' }))
  const summary = rules.empty()
  const count = 4_000
  for (let problem = 0; problem < count; problem++) rules.add(summary, sampleOf({ problem }))
  expect(serialize(summary).length / count).toBeLessThan(33)
  const own = rules.empty()
  for (let problem = 0; problem < count; problem++)
    rules.add(own, sampleOf({ problem, source: `source ${problem}` }))
  const decide = rules.decide(own)
  let stay = 0
  for (let problem = 0; problem < count; problem++) if (decide(sampleOf({ problem })).length === 0) stay += 1
  expect(stay).toBe(100)
})
