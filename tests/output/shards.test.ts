import { describe, expect, test } from 'vitest'
import { rowBytes, shardPath } from '../../output/dataset/shards.ts'

describe('a shard', () => {
  test('is named as datasets expects', () => {
    expect(shardPath('reasoning', 3, 12)).toBe('data/reasoning/train-00003-of-00012.parquet')
  })

  test('is measured by the bytes of texts and numbers', () => {
    expect(rowBytes({ text: 'é😀', numbers: [1, 2], flag: true, none: null })).toBe(4 + 6 + 16 + 1)
  })
})
