import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openRefusalLimit } from '../../teachers/endpoint/refusal-limit.ts'

test('a refusal cuts to what the server holds, and those that were sent with it change no more than that', () => {
  const refusals = openRefusalLimit(256)
  // 256 left at once, and the server holds 64 of them: the refused ones come back one after another.
  for (let accepted = 255; accepted >= 64; accepted--) refusals.refused(0, accepted, 1000)
  expect(refusals.limit()).toBe(64)
  expect(refusals.round()).toBe(1)
  refusals.refused(1, 64, 2000)
  expect(refusals.limit()).toBe(62)
})

test('after a quiet time there is one more, then quickly two, four, eight more', () => {
  const refusals = openRefusalLimit(256)
  refusals.refused(0, 100, 0)
  const limits = [1999, 2000, 2499, 2500, 3000, 3500].map((now) => {
    refusals.grow(now)
    return refusals.limit()
  })
  expect(limits).toEqual([97, 98, 98, 100, 104, 112])
  expect(refusals.growsAt()).toBe(4000)
})

test('the quiet time doubles where growth is soon refused, and is short again where it is not', () => {
  const refusals = openRefusalLimit(256)
  let now = 0
  const quiet = (): number => refusals.growsAt()! - now
  refusals.refused(refusals.round(), 100, now)
  const seen: number[] = [quiet()]
  for (let again = 0; again < 5; again++) {
    now = refusals.growsAt()!
    refusals.grow(now)
    refusals.refused(refusals.round(), 100, now)
    seen.push(quiet())
  }
  expect(seen).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000])
  for (let step = 0; step < 5; step++) {
    now = refusals.growsAt()!
    refusals.grow(now)
  }
  refusals.refused(refusals.round(), 100, now)
  expect(quiet()).toBe(2000)
})

test('a pause that the server asks for is no quiet time', () => {
  const refusals = openRefusalLimit(64)
  refusals.refused(0, 32, 0)
  refusals.pausedUntil(60_000)
  expect(refusals.grow(30_000)).toBe(false)
  expect(refusals.growsAt()).toBe(62_000)
})

test('a server that holds nobody leaves one, and is back at the most within seconds once it refuses nobody', () => {
  const refusals = openRefusalLimit(256)
  refusals.refused(0, 0, 0)
  expect(refusals.limit()).toBe(1)
  let now = 0
  while (refusals.limit() < 256) {
    now = refusals.growsAt()!
    refusals.grow(now)
  }
  expect(now).toBe(5500)
  expect(refusals.growsAt()).toBeUndefined()
})

test('whatever is refused and whenever, the limit is between one and the most', () => {
  const event = fc.record({
    refused: fc.boolean(),
    accepted: fc.nat(400),
    stale: fc.boolean(),
    ms: fc.nat(40_000),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(event), (max, events) => {
      const refusals = openRefusalLimit(max)
      let now = 0
      for (const { refused, accepted, stale, ms } of events) {
        now += ms
        const before = refusals.limit()
        if (refused) refusals.refused(refusals.round() - (stale ? 1 : 0), accepted, now)
        else refusals.grow(now)
        expect(refusals.limit()).toBeGreaterThanOrEqual(1)
        expect(refusals.limit()).toBeLessThanOrEqual(refused ? before : max)
      }
    }),
  )
})
