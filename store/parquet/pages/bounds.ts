import type { SchemaElement } from 'hyparquet'
import type { ChunkStatistics } from 'hyparquet-writer/src/types.js'

type Bound = string | number | bigint | boolean

/** Smallest and largest value of a page or a chunk and its nulls, as the library states them in a footer. */
export function boundsOf(
  values: ArrayLike<unknown>,
  { type }: SchemaElement,
  start = 0,
  end = values.length,
): ChunkStatistics {
  let least: Bound | undefined
  let most: Bound | undefined
  let nulls = 0
  for (let index = start; index < end; index++) {
    const value = values[index] as Bound | null | undefined
    if (value === null || value === undefined) {
      nulls += 1
      continue
    }
    if (least === undefined || compareBounds(value, least) < 0) least = value
    if (most === undefined || compareBounds(value, most) > 0) most = value
  }
  // The format asks for both zeros, because a reader may look for either.
  const min_value = least === 0 ? -0 : least
  const max_value = most === 0 ? 0 : most
  const nan_count = type === 'DOUBLE' ? 0n : undefined
  return { min_value, max_value, null_count: BigInt(nulls), nan_count } as ChunkStatistics
}

/** Below, at or above zero as one value stands before, at or after another one of the same type. */
export function compareBounds(one: Bound, other: Bound): number {
  if (typeof one === 'string') return compareTexts(one, other as string)
  return one < other ? -1 : one > other ? 1 : 0
}

/** The order of the bytes of UTF-8, which is not that of JavaScript where surrogates come in. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  const length = Math.min(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const [unit, against] = [one.charCodeAt(index), other.charCodeAt(index)]
    if (unit !== against) return rankOf(unit) - rankOf(against)
  }
  return one.length - other.length
}

/** Surrogates stand for characters above all others. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}
