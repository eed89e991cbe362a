import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeFigures } from '../../../pipeline/reporter/merge-figures.ts'
import type { Progress } from '../../../pipeline/reporter/reporter.ts'
import { createTally, createWorkerTally } from '../../../pipeline/reporter/tally.ts'
import { Figures } from '../../../schemas/progress.ts'

const arm = fc.constantFrom('ift', 'reasoning', 'judge')
const few = fc.nat({ max: 5 })
const step: fc.Arbitrary<Progress> = fc.oneof(
  fc.record({ arm, samples: few, known: fc.boolean() }),
  fc.record({
    arm,
    requests: few,
    failed: few,
    truncated: few,
    prompt_tokens: few,
    completion_tokens: few,
    cost_usd: few,
  }),
  fc.record({ arm, error: fc.constantFrom('timeout', 'http_502') }),
  fc.record({ shards: fc.nat({ max: 1 }) }),
)

/** What a process says that did these steps, when `before` was spent already. */
function figuresOf(steps: readonly Progress[], before: { usd: number; tokens: number }): Figures {
  const tally = createTally(() => 0)
  const own = { ...before }
  tally.begin('distill', {
    samples: { ift: 1000, reasoning: 1000 },
    shards: 99,
    budget: { usd: 50, spent: () => own },
  })
  for (const each of steps) {
    tally.add(each)
    if (!('arm' in each)) continue
    own.usd += each.cost_usd ?? 0
    own.tokens += (each.prompt_tokens ?? 0) + (each.completion_tokens ?? 0)
  }
  return Figures.parse(tally.figures())
}

/** What is compared: no paces, which are of their own time. */
function shown({ arms, rate: _rate, eta: _eta, eta_seconds: _seconds, ...rest }: Figures): unknown {
  return {
    ...rest,
    arms: arms
      .map(({ pace: _pace, eta: _armEta, ...each }) => each)
      .toSorted((a, b) => a.arm.localeCompare(b.arm)),
  }
}

test('what processes did on parts of the work adds up to what one would have done', () => {
  const before = { usd: 3, tokens: 40 }
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 20 }),
      fc.array(step, { maxLength: 20 }),
      fc.array(step, { maxLength: 20 }),
      (first, second, third) => {
        const parts = [first, second, third].map((steps) => figuresOf(steps, before))
        const [one, two, three] = parts.map((figures) => ({ figures }))
        const merged = Figures.parse(mergeFigures([one!, two!, three!]))
        expect(shown(merged)).toEqual(shown(figuresOf([...first, ...second, ...third], before)))
      },
    ),
  )
})

test('what a worker finds that another has done counts once, and what neither did counts too', () => {
  const found = fc.record({ arm: fc.constantFrom('ift', 'reasoning'), samples: few })
  fc.assert(
    fc.property(
      fc.array(found, { maxLength: 9 }),
      fc.array(found, { maxLength: 9 }),
      fc.array(found, { maxLength: 9 }),
      (before, first, second) => {
        const tallies = [first, second].map((own) => {
          const tally = createWorkerTally(() => 0)
          tally.begin('distill', { samples: { ift: 1000, reasoning: 1000 }, shards: 99 })
          for (const each of own) tally.add(each)
          // In the end each has looked at everything.
          const others = [...before, ...(own === first ? second : first)]
          for (const each of others) tally.add({ ...each, known: true, elsewhere: true })
          return tally
        })
        const [one, two] = tallies.map((tally) => ({ figures: tally.figures(), own: tally.own() }))
        const merged = mergeFigures([one!, two!])
        const all = [...before, ...first, ...second].reduce((sum, { samples }) => sum + samples, 0)
        expect(merged.samples).toBe(all)
        expect(one!.figures.samples).toBe(all)
      },
    ),
  )
})

test('two processes of the same pace take half the time of one', () => {
  let at = 0
  const tally = createTally(() => at)
  tally.begin('distill', { samples: { ift: 1_000_000 }, shards: 1 })
  tally.add({ arm: 'ift', in_flight: 1 })
  for (; at < 100_000; at += 1000) tally.add({ arm: 'ift', samples: (at / 1000) ** 2 % 11 })
  const one = tally.figures()
  const both = mergeFigures([{ figures: one }, { figures: one }])
  expect(both.rate).toBeCloseTo(2 * one.rate)
  const left = both.samples_total - both.samples
  expect(both.eta!.seconds).toBeCloseTo(left / (2 * one.rate))
  expect(both.eta!.high! - both.eta!.low!).toBeGreaterThan(0)
  expect(both.eta!.high! / both.eta!.low!).toBeLessThan(one.eta!.high! / one.eta!.low!)
})
