/** Uncompressed bytes of one shard unless the recipe says otherwise. */
export const defaultShardBytes = 256_000_000

/** The path of a shard in the dataset folder, in the form that `datasets` and the Hub find by default. */
export function shardPath(configuration: string, index: number, count: number): string {
  return `data/${configuration}/train-${fiveDigits(index)}-of-${fiveDigits(count)}.parquet`
}

/** The path of a shard while the number of shards is not known yet. Readers of datasets ignore files of this name. */
export function unfinishedPath(configuration: string, index: number): string {
  return `data/${configuration}/.train-${fiveDigits(index)}.tmp`
}

/** Where the rows of a configuration wait for their order. */
export function arrangedPath(configuration: string): string {
  return `data/${configuration}/.rows.tmp`
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

/** A shard is never cut below this share of its full size. */
const least = 0.6
/** How many places in a full shard it may be cut at from then on, on average. */
const places = 8

/**
 * Whether a shard ends before a problem: where it would become larger than `shardBytes`, so that only a single problem
 * can be, and before that, from 0.6 of the size on, at problems that their ids choose, each in proportion to its size.
 * These are the same whatever the shards before hold, so that a change in one shard leaves most others as they are, as in
 * content-defined chunking (Muthitacharoen, Chen and Mazières, A Low-bandwidth Network File System, 2001).
 */
export function isFull(
  { bytes, shardBytes }: { bytes: number; shardBytes: number },
  { size, id }: { size: number; id: string },
): boolean {
  if (bytes === 0) return false
  if (bytes + size > shardBytes) return true
  // The last digits, because problems are sorted by the first ones.
  const draw = Number.parseInt(id.slice(-8), 16) / 2 ** 32
  return bytes >= least * shardBytes && draw < (places * size) / shardBytes
}

function fiveDigits(value: number): string {
  return String(value).padStart(5, '0')
}
