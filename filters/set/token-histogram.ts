/** How many token counts fell into each bucket. Merging adds them up, so order and grouping cannot matter. */
export type TokenHistogram = Uint32Array

/** Counts below this have a bucket each. */
const exact = 256
/** Buckets in each doubling above it: a bucket is at most 1/128 (0.8 %) wider than its lower end. */
const perDoubling = exact / 2
/** Up to 2^31 - 1 tokens. */
const buckets = exact + (31 - Math.log2(exact)) * perDoubling

/** It takes 13 kB, however much is counted. */
export function emptyHistogram(): TokenHistogram {
  return new Uint32Array(buckets)
}

/** The bucket of a whole number of tokens; rises with it. */
export function bucketOf(tokens: number): number {
  if (tokens < exact) return tokens
  const doubling = 31 - Math.clz32(tokens)
  // The highest eight bits of the number, of which the first is always set.
  const leading = tokens >>> (doubling - 7)
  return exact + (doubling - 8) * perDoubling + (leading - perDoubling)
}

/** The greatest number of tokens that falls into a bucket. */
export function largestIn(bucket: number): number {
  if (bucket < exact) return bucket
  const doubling = Math.floor((bucket - exact) / perDoubling) + 8
  const leading = ((bucket - exact) % perDoubling) + perDoubling
  return (leading + 1) * 2 ** (doubling - 7) - 1
}

/** Adds the second histogram to the first in place. */
export function mergeHistograms(into: Uint32Array, from: Uint32Array): void {
  for (const [bucket, count] of from.entries()) into[bucket]! += count
}

/**
 * The lowest and highest bucket to keep when the share `low` at the bottom and the share `1 - high` at the top may be
 * dropped. Never more than these shares are dropped, and the shortfall is at most what the two buckets at the ends hold.
 */
export function bucketsBetween(histogram: Uint32Array, low: number, high: number): [number, number] {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  return [
    firstAbove(histogram, low * total),
    histogram.length - 1 - firstAbove(histogram.toReversed(), (1 - high) * total),
  ]
}

/** The first bucket with which more than `most` are counted. */
function firstAbove(histogram: Uint32Array, most: number): number {
  let counted = 0
  const found = histogram.findIndex((count) => {
    counted += count
    // A share that is written in decimals is a little off its value; half a sample is not.
    return counted > most + 1e-6
  })
  return found === -1 ? 0 : found
}
