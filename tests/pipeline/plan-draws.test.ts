import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawRun, type DrawnRun } from '../../pipeline/commands/plan/draw-run.ts'
import { makespan, placesSeen } from '../../pipeline/commands/plan/schedule.ts'
import { rangeOfDraws } from '../../pipeline/commands/plan/statistics.ts'
import type { Member, Pace } from '../../pipeline/commands/plan/wave-time.ts'
import { SelectSection } from '../../pipeline/recipe/select-section.ts'
import { randomFrom, type Random } from '../../problems/builtin/random.ts'

const seconds = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 60 })

test('requests take places as they become free', () => {
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 12 }), (each, places) => {
      const free = Array.from({ length: places }, () => 0)
      for (const one of each) free[free.indexOf(Math.min(...free))]! += one
      expect(makespan(each, places)).toBe(Math.max(...free))
    }),
  )
})

/** Requests that wait for a place, with 20 to 80 ms each. */
function flightsAt(places: number, sent: number): { sent: number; ended: number }[] {
  const free = Array.from({ length: places }, () => 0)
  return Array.from({ length: sent }, (_, index) => {
    const at = free.indexOf(Math.min(...free))
    const flight = { sent: free[at]!, ended: free[at]! + 20 + ((index * 37) % 61) }
    free[at] = flight.ended
    return flight
  })
}

test('the places of an endpoint are seen where requests waited for them, and only there', () => {
  expect(placesSeen(flightsAt(12, 100))).toBe(12)
  expect(placesSeen(flightsAt(1, 5))).toBe(1)
  expect(placesSeen(flightsAt(64, 60))).toBeUndefined()
  expect(placesSeen([])).toBeUndefined()
})

test('the places of an endpoint are seen although there is less to ask towards the end', () => {
  const busy = flightsAt(12, 60)
  const last = Math.max(...busy.map(({ ended }) => ended))
  // Further samples of a few problems, each of which waits for the one before.
  const few = Array.from({ length: 20 }, (_, index) => ({
    sent: last + 50 * index,
    ended: last + 50 * index + 40,
  }))
  expect(placesSeen([...busy, ...few])).toBe(12)
})

const pace: Pace = {
  places: new Map([['teacher', 16]]),
  shards: 3,
  open: 4,
  after: 1,
  pilot: 60,
  per_shard: 67,
  processor: 0,
  spread: 0,
}

function memberOf(random: Random, share: number): Member {
  // Answers have a limit, which a few of them reach.
  const size = Math.min(4, Math.exp(0.7 * random.normal()))
  return {
    isPair: random.chance(share),
    requests: 2,
    tokens: 1000 * size,
    nano_usd: 500 * size,
    bytes: 3000,
    asks: [1, 4].map((longer) => ({ endpoint: 'teacher', isJudge: false, seconds: longer * size })),
  }
}

function populationOf(random: Random): { name: string; members: Member[] }[] {
  return [
    { name: 'easy', members: Array.from({ length: 120 }, () => memberOf(random, 0.9)) },
    { name: 'hard', members: Array.from({ length: 80 }, () => memberOf(random, 0.4)) },
  ]
}

test.each([
  ['of everything', undefined],
  ['of a number of pairs', SelectSection.parse({ pairs: 60, by: 'difficulty' })],
  ['whose hard problems are used up', SelectSection.parse({ pairs: 90, by: 'difficulty', overflow: true })],
])('intervals hold for a run %s', (_name, select) => {
  const random = randomFrom('population')
  const held = { problems: 0, tokens: 0, pairs: 0, seconds: 0 }
  const rounds = 40
  for (let round = 0; round < rounds; round++) {
    const population = populationOf(random)
    const run = { select, samples: 2, mostTokens: 4000, pace }
    const whole = population.map(({ name, members }) => ({ name, problems: members.length, known: members }))
    const came = drawRun(random, { ...run, strata: whole })
    const strata = whole.map(({ name, problems, known }) => ({
      name,
      problems,
      known: known.slice(0, problems * 0.3),
    }))
    const draws = Array.from({ length: 60 }, () => drawRun(random, { ...run, strata }))
    for (const figure of Object.keys(held) as (keyof typeof held)[]) {
      const { low, high } = rangeOfDraws(draws.map((draw: DrawnRun) => draw[figure]))
      if (came[figure] >= low && came[figure] <= high) held[figure] += 1
    }
    expect(came.problems).toBeLessThanOrEqual(200)
    expect(came.pairs).toBeLessThanOrEqual(select?.pairs ?? 200)
    for (const draw of draws) expect(draw.problems).toBeLessThanOrEqual(200)
  }
  // Nine in ten are meant; forty rounds tell that from one in two and not from eight in ten.
  for (const count of Object.values(held)) expect(count / rounds).toBeGreaterThan(0.65)
})

test('a run of which everything is known is drawn as it is', () => {
  const random = randomFrom('known')
  const members = Array.from({ length: 40 }, () => memberOf(random, 0.7))
  const run = drawRun(random, {
    strata: [{ name: 'all', problems: 40, known: members }],
    select: undefined,
    samples: 2,
    mostTokens: 0,
    pace,
  })
  expect(run.pairs).toBe(members.filter(({ isPair }) => isPair).length)
  expect(run.tokens).toBeCloseTo(
    members.reduce((sum, { tokens }) => sum + tokens, 0),
    6,
  )
  expect(run.waves).toBe(1)
})

test('waves stop where a stratum is used up, and each costs its longest answer', () => {
  const random = randomFrom('used up')
  const lost = Array.from({ length: 8 }, () => ({ ...memberOf(random, 0), isPair: false }))
  const run = (known: Member[]) =>
    drawRun(random, {
      strata: [{ name: 'all', problems: 30, known }],
      select: SelectSection.parse({ pairs: 20 }),
      samples: 2,
      mostTokens: 0,
      pace: { ...pace, after: 100 },
    })
  const none = run(lost)
  expect(none.problems).toBe(30)
  expect(none.waves).toBeGreaterThan(1)
  // The work behind each wave may shrink with the problems, to those of its first wave at least.
  expect(none.seconds).toBeGreaterThan(100 * none.waves * (20 / 60))
})

test('a known problem is asked in its turn, not before others', () => {
  const random = randomFrom('turns')
  const run = (place: number) =>
    drawRun(random, {
      strata: [
        {
          name: 'all',
          problems: 1000,
          known: Array.from({ length: 60 }, () => ({ ...memberOf(random, 1), isPair: true, place })),
        },
      ],
      select: SelectSection.parse({ pairs: 20 }),
      samples: 2,
      mostTokens: 0,
      pace,
    })
  // Those that come first are as they were; those that come later stand for others, whose mean is not certain.
  expect(run(0).bytes % 3000).toBe(0)
  expect(run(0.5).bytes % 3000).not.toBe(0)
})
