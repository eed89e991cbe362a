import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openQueueJudge, type QueueJudge } from '../../../teachers/queue/queue-judge.ts'

/** Looks at a server of so many slots that holds what the judge lets through. */
function look(judge: QueueJudge, slots: number, times = 1): number {
  for (let each = 0; each < times; each++) {
    const here = judge.ceiling()
    judge.add({ waiting: Math.max(0, here - slots), here }, judge.round())
  }
  return judge.ceiling()
}

test('it doubles with each look that shows no queue, up to the most', () => {
  const judge = openQueueJudge({ max: 100 })
  expect([1, 2, 3, 4, 5].map(() => look(judge, 1000))).toEqual([16, 32, 64, 100, 100])
  expect(judge.doubling()).toBe(false)
})

test.each([
  [1, 1],
  [8, 10],
  [64, 80],
  [500, 625],
])('of a server with %i slots it asks for a quarter more: %i', (slots, ceiling) => {
  const judge = openQueueJudge({ max: 4096 })
  expect(look(judge, slots, 40)).toBe(ceiling)
})

test('a queue of 10 to 40 % of what runs is left alone', () => {
  for (const waiting of [12, 25, 39]) {
    const judge = openQueueJudge({ max: 1000, first: 100 + waiting, doubles: false })
    expect(look(judge, 100, 50)).toBe(100 + waiting)
  }
})

test('fewer are sent after four looks, more after eight', () => {
  const longer = openQueueJudge({ max: 1000, first: 200, doubles: false })
  expect([1, 2, 3, 4].map(() => look(longer, 100))).toEqual([200, 200, 200, 125])
  const shorter = openQueueJudge({ max: 1000, first: 80, doubles: false })
  expect(look(shorter, 100, 7)).toBe(80)
  expect(look(shorter, 100)).toBe(120)
})

test('a look that was begun under another ceiling, or while more than the ceiling is there, says nothing', () => {
  const judge = openQueueJudge({ max: 1000, first: 100, doubles: false })
  for (let each = 0; each < 20; each++) {
    judge.add({ waiting: 90, here: 100 }, judge.round() - 1)
    judge.add({ waiting: 90, here: 150 }, judge.round())
  }
  expect(judge.looks()).toBe(0)
  expect(judge.ceiling()).toBe(100)
})

test('a server that does not let any of more than the ceiling wait works on all of them', () => {
  const judge = openQueueJudge({ max: 1000, first: 20, doubles: false })
  judge.add({ waiting: 3, here: 57, running: 54 }, judge.round())
  // Where the server says nothing of what it works on, nothing is seen to wait while nothing is sent.
  judge.add({ waiting: 0, here: 57 }, judge.round())
  expect(judge.ceiling()).toBe(20)
  judge.add({ waiting: 0, here: 57, running: 57 }, judge.round())
  expect(judge.ceiling()).toBe(57)
})

test('a server that comes to work on more is seen in a few looks, however many waited before', () => {
  const judge = openQueueJudge({ max: 1000, first: 20, doubles: false })
  expect(look(judge, 16, 16)).toBe(20)
  expect(look(judge, 128, 4)).toBe(20)
  expect(look(judge, 128)).toBe(25)
})

test('one too few, because a place is just filled again, does not stop growth', () => {
  const judge = openQueueJudge({ max: 64, doubles: false })
  for (let each = 0; each < 8; each++) judge.add({ waiting: 0, here: 7 }, judge.round())
  expect(judge.ceiling()).toBe(12)
})

test('half as many as may be there are no reason for more', () => {
  const judge = openQueueJudge({ max: 64 })
  for (let each = 0; each < 30; each++) judge.add({ waiting: 0, here: 4 }, judge.round())
  expect(judge.ceiling()).toBe(8)
})

test('with patience a queue must be seen several times before doubling ends', () => {
  const judge = openQueueJudge({ max: 1000, patience: 3 })
  const long = (): void => judge.add({ waiting: 4, here: 8 }, judge.round())
  long()
  long()
  expect(judge.doubling()).toBe(true)
  long()
  expect(judge.doubling()).toBe(false)
})

test('a queue that others fill cuts ours to the eight that a small server would get, where their number is seen', () => {
  const judge = openQueueJudge({ max: 256 })
  for (let each = 0; each < 40; each++) {
    const here = judge.ceiling()
    judge.add({ waiting: here * 0.9, here, running: 64 }, judge.round())
  }
  expect(judge.ceiling()).toBe(8)
})

test('whatever is seen, the ceiling is between one and the most', () => {
  const looks = fc.array(fc.record({ waiting: fc.nat(500), here: fc.nat(500), stale: fc.boolean() }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), looks, (max, seen) => {
      const judge = openQueueJudge({ max })
      for (const { waiting, here, stale } of seen) {
        judge.add({ waiting: Math.min(waiting, here), here }, judge.round() - (stale ? 1 : 0))
        expect(judge.ceiling()).toBeGreaterThanOrEqual(1)
        expect(judge.ceiling()).toBeLessThanOrEqual(max)
      }
    }),
  )
})

test('with patience, requests that wait and become fewer are prompts that are still read, and doubling goes on', () => {
  const judge = openQueueJudge({ max: 1000, first: 100, doubles: true, patience: 3 })
  for (const waiting of [80, 60, 40, 30, 20, 10, 5, 0]) judge.add({ waiting, here: 100 }, judge.round())
  expect(judge.ceiling()).toBe(200)
  expect(judge.doubling()).toBe(true)
})
