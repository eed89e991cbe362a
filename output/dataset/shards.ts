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

function fiveDigits(value: number): string {
  return String(value).padStart(5, '0')
}
