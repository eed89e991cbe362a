import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutShards, rowBytes, shardPath } from '../../output/dataset/shards.ts'

describe('cutting shards', () => {
  test('covers every pair once, in order, and stays below the target unless one pair alone is above it', async () => {
    const sizes = fc.array(fc.nat(100), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 200 }), async (sizes, target) => {
        const ranges = await cutShards(sizes, target)
        const members = ranges.map(([start, end]) => sizes.slice(start, end))
        expect(ranges.map(([start]) => start)).toEqual([0, ...ranges.slice(0, -1).map(([, end]) => end)])
        expect(members.flat()).toEqual(sizes)
        expect(members.filter((shard) => shard.length === 0 && sizes.length > 0)).toEqual([])
        expect(members.filter((shard) => shard.length > 1 && sum(shard) > target)).toEqual([])
      }),
    )
  })

  test('starts a shard only when the one before is full', async () => {
    expect(await cutShards([40, 60, 1, 99, 1], 100)).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ])
    expect(await cutShards([500, 1], 100)).toEqual([
      [0, 1],
      [1, 2],
    ])
  })

  test('makes one empty shard of no pairs', async () => {
    expect(await cutShards([])).toEqual([[0, 0]])
  })

  test('names shards as datasets expects', () => {
    expect(shardPath('reasoning', 3, 12)).toBe('data/reasoning/train-00003-of-00012.parquet')
  })

  test('counts the bytes of texts and numbers', () => {
    expect(rowBytes({ text: 'é😀', numbers: [1, 2], flag: true, none: null })).toBe(4 + 6 + 16 + 1)
  })
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
