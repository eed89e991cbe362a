import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPaceMeter, etaOf } from '../../../pipeline/reporter/pace.ts'

/** Answers that come at random, `rate` a second, from a seeded generator; in milliseconds. */
function arrivals(rate: number, count: number, seed: number): number[] {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  let at = 0
  return Array.from({ length: count }, () => (at += (-Math.log(random()) / rate) * 1000))
}

test('the interval of the remaining time holds in about nine of ten runs', () => {
  let held = 0
  let runs = 0
  for (const rate of [0.05, 1, 40])
    for (const share of [0.2, 0.5, 0.9])
      for (let seed = 1; seed <= 60; seed++) {
        const times = arrivals(rate, 600, seed * 7919)
        const done = Math.floor(times.length * share)
        const meter = createPaceMeter()
        for (const at of times.slice(0, done)) meter.add(at, 1, 100)
        const now = times[done - 1]!
        const eta = etaOf(times.length - done, meter.pace(now))!
        if (eta.low === null) continue
        const truth = (times.at(-1)! - now) / 1000
        runs += 1
        if (eta.low <= truth && truth <= (eta.high ?? Infinity)) held += 1
      }
  console.log(`90 % intervals of the remaining time held in ${held} of ${runs} runs`)
  expect(runs).toBeGreaterThan(400)
  expect(held / runs).toBeGreaterThan(0.84)
  expect(held / runs).toBeLessThan(0.97)
})

test('a server that slows down is seen within the window', () => {
  const meter = createPaceMeter()
  let at = 0
  for (let second = 0; second < 3600; second++) meter.add((at = second * 1000), 10, 1000)
  for (let second = 0; second < 600; second++) meter.add((at += 1000), 1, 100)
  const pace = meter.pace(at)!
  expect(pace.answers_per_second).toBeLessThan(2)
  expect(pace.tokens_per_second / pace.answers_per_second).toBeCloseTo(100)
})

test('a pace is what came in the time, however far apart answers are', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5_000_000 }), { minLength: 1, maxLength: 200 }), (gaps) => {
      const meter = createPaceMeter()
      let at = 0
      for (const gap of gaps) meter.add((at += gap), 1, 10)
      const pace = meter.pace(at + 1000)!
      // With so few answers the window reaches back to the start.
      expect(pace.answers_per_second * ((at + 1000) / 1000)).toBeCloseTo(gaps.length, 6)
      const eta = etaOf(5, pace)!
      if (eta.low !== null) expect(eta.low).toBeLessThanOrEqual(eta.seconds)
      if (eta.high !== null) expect(eta.high).toBeGreaterThanOrEqual(eta.seconds)
    }),
  )
})
