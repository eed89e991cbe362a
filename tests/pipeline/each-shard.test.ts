import { expect, test } from 'vitest'
import type { Worker } from '../../pipeline/engine/worker.ts'
import { eachShard } from '../../pipeline/runners/embedded.ts'

const plan = { shards: 6, problems: 6, per_shard: 1, fingerprint: '', golds: '', read: 6, lost: {} }

function workerWith(shardsOpen: number, share?: Worker['share']): Worker {
  const context = { recipe: { generate: { shards_open: shardsOpen } } }
  return { context, share } as unknown as Worker
}

test('every shard is asked for while the answers of the first are still worked on, and few are worked on at a time', async () => {
  const everyAsked = Promise.withResolvers<void>()
  const asking: number[] = []
  const done: number[] = []
  let worked = 0
  let mostWorked = 0
  await eachShard(workerWith(2), plan, async (shard, asked) => {
    if (asking.push(shard) === plan.shards) everyAsked.resolve()
    await asked()
    worked += 1
    mostWorked = Math.max(mostWorked, worked)
    await everyAsked.promise
    worked -= 1
    done.push(shard)
  })
  expect(asking).toEqual([0, 1, 2, 3, 4, 5])
  expect(done.toSorted((a, b) => a - b)).toEqual(asking)
  expect(mostWorked).toBe(2)
})

test('after a failure no shard that waits is gone on with, and the failure is what is thrown', async () => {
  const everyAsked = Promise.withResolvers<void>()
  const goneOn: number[] = []
  let asking = 0
  const all = eachShard(workerWith(1), plan, async (shard, asked) => {
    asking += 1
    if (asking === plan.shards) everyAsked.resolve()
    await asked()
    goneOn.push(shard)
    await everyAsked.promise
    throw new Error(`shard ${shard} is full`)
  })
  await expect(all).rejects.toThrow('shard 0 is full')
  expect(goneOn).toEqual([0])
})

test('without a word that all was asked for, no more shards are begun than may be open', async () => {
  let open = 0
  let mostOpen = 0
  await eachShard(workerWith(3), plan, async () => {
    open += 1
    mostOpen = Math.max(mostOpen, open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  })
  expect(mostOpen).toBe(3)
})

test('a worker with a share holds back no more shards than it works on', async () => {
  let asking = 0
  let mostAhead = 0
  let done = 0
  await eachShard(workerWith(1, { index: 0, count: 2 }), plan, async (_shard, asked) => {
    asking += 1
    await asked()
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    mostAhead = Math.max(mostAhead, asking - done)
    done += 1
  })
  expect(done).toBe(plan.shards)
  // One that is worked on, one that waits, one that is asked for.
  expect(mostAhead).toBe(3)
})
