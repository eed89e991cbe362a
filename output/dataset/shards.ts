/** A half-open range of pairs: `[first, after the last)`. */
export type ShardRange = [start: number, end: number]

/** Uncompressed bytes of one shard unless the recipe says otherwise. */
export const defaultShardBytes = 256_000_000

/**
 * Cuts a sequence of pairs into shards of at most `targetBytes`, in order and without gaps; one that is larger than that
 * gets a shard of its own. The size of a pair is that of its largest row in any configuration, and the ranges hold for
 * all of them, so shard i has the same pairs in every configuration. No pairs at all make one empty shard.
 */
export async function cutShards(
  sizes: Iterable<number> | AsyncIterable<number>,
  targetBytes: number = defaultShardBytes,
): Promise<ShardRange[]> {
  const ranges: ShardRange[] = []
  let start = 0
  let end = 0
  let bytes = 0
  for await (const size of sizes) {
    if (end > start && bytes + size > targetBytes) {
      ranges.push([start, end])
      start = end
      bytes = 0
    }
    bytes += size
    end += 1
  }
  if (end > start || ranges.length === 0) ranges.push([start, end])
  return ranges
}

/** The path of a shard in the dataset folder, the one that `datasets` and the Hub read without being told. */
export function shardPath(configuration: string, index: number, count: number): string {
  const [number, total] = [index, count].map((value) => String(value).padStart(5, '0'))
  return `data/${configuration}/train-${number}-of-${total}.parquet`
}

/** Bytes that a row's values take before encoding: texts as UTF-8, numbers as eight bytes. */
export function rowBytes(value: unknown): number {
  if (typeof value === 'string') return 4 + Buffer.byteLength(value)
  if (typeof value === 'boolean') return 1
  if (typeof value !== 'object') return 8
  if (value === null) return 0
  let bytes = 0
  for (const member of Object.values(value)) bytes += rowBytes(member)
  return bytes
}
