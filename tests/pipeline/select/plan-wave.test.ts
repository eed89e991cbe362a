import { expect, test } from 'vitest'
import { planWave, type StratumState } from '../../../pipeline/stages/select/plan-wave.ts'

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** 1,000 pairs of three strata, whose pairs cost about 2,000, 8,000 and 60,000 tokens: 20 million in all. */
const kinds = [
  { name: 'easy', quota: 400, yields: 0.75, cost: 1500 },
  { name: 'medium', quota: 350, yields: 0.5, cost: 4000 },
  { name: 'hard', quota: 250, yields: 0.15, cost: 9000 },
]

function simulate(budget: number, balance: 'reserve' | 'equal', seed = 1, problems = 5000) {
  const draw = draws(seed)
  let left = budget
  const strata: StratumState[] = kinds.map(({ name, quota }) => ({
    name,
    quota,
    problems,
    chosen: 0,
    asked: 0,
    accepted: 0,
    cost: { nano_usd: 0, tokens: 0 },
  }))
  for (let waves = 0; ; waves++) {
    const wave = planWave(strata, { samples: 2, balance, left: { nano_usd: Infinity, tokens: left } })
    const pairs = Object.fromEntries(
      strata.map(({ name, accepted, quota }) => [name, Math.min(accepted, quota)]),
    )
    const sum = Object.values(pairs).reduce((total, count) => total + count, 0)
    const accepted = strata.reduce((total, each) => total + each.accepted, 0)
    const result = { ended: wave.ended ?? 'budget', pairs, sum, accepted, waves }
    if (wave.ended) return result
    for (const [name, count] of wave.ask) {
      const stratum = strata.find((each) => each.name === name)!
      const kind = kinds.find((each) => each.name === name)!
      for (let problem = 0; problem < count; problem++) {
        if (left < kind.cost) return result
        left -= kind.cost
        stratum.chosen += 1
        stratum.asked += 1
        stratum.cost.tokens += kind.cost
        if (draw() < kind.yields) stratum.accepted += 1
      }
    }
  }
}

test('without a budget every quota is filled, in few waves and with few pairs too many', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { ended, sum, accepted, waves } = simulate(Infinity, 'reserve', seed)
    expect({ ended, sum }).toEqual({ ended: 'enough', sum: 1000 })
    expect(accepted).toBeLessThan(1020)
    expect(waves).toBeLessThan(16)
  }
})

test('a budget that is too small fills the cheap quotas first, whatever the dear one would take', () => {
  const { pairs, sum } = simulate(8e6, 'reserve')
  expect(pairs['easy']).toBeGreaterThan(390)
  expect(pairs['medium']).toBeGreaterThan(340)
  expect(pairs['hard']).toBeLessThan(120)
  expect(sum).toBeGreaterThan(simulate(8e6, 'equal').sum)
  // What is left over goes to the dear one.
  expect(simulate(14e6, 'reserve').pairs['hard']).toBeGreaterThan(pairs['hard']!)
})

test('with `equal` every quota comes as far as the others', () => {
  const { pairs } = simulate(10e6, 'equal')
  const shares = kinds.map(({ name, quota }) => pairs[name]! / quota)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.15)
})

test('problems that are used up end the asking, the other strata being full', () => {
  const { ended, pairs } = simulate(Infinity, 'reserve', 1, 900)
  expect(ended).toBe('used_up')
  expect(pairs).toMatchObject({ easy: 400, medium: 350 })
  expect(pairs['hard']).toBeLessThan(250)
})
