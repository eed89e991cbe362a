import { hash } from 'node:crypto'

/** Sizes of a page in bytes of its values, before compression. They are those that the Hub's own libraries use. */
export type PageBounds = { least: number; usual: number; most: number }

export const pageBounds: PageBounds = { least: 2 ** 18, usual: 2 ** 19, most: 2 ** 20 }

/**
 * What the footer of a file with such pages says. The Hub's libraries write the first entry, by which a file with it and a
 * page index is called optimized.
 */
export const chunkEntries: Readonly<Record<string, string>> = {
  content_defined_chunking: JSON.stringify({
    min_chunk_size: pageBounds.least,
    max_chunk_size: pageBounds.most,
    norm_level: 0,
  }),
  'twinstill.chunks': '1',
}

/** A change of the seed or of the rules below moves every cut, so all files are uploaded again. */
const gearSeed = 'twinstill gears 1'

/** One number for every byte, from a seed that anybody can make them from again. */
const gears = Int32Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt(hash('sha256', `${gearSeed} ${byte}`, 'hex').slice(0, 8), 16),
)

/**
 * Bits that must be zero in the hash. Below the usual size a page ends at few places and above it soon: sizes spread
 * less than with one mask, and after a change the cuts fall together again within a few pages (Xia et al., FastCDC, 2016).
 */
const fewPlaces = -(2 ** (32 - 19))
const manyPlaces = -(2 ** (32 - 16))

/** Says where the pages of one column end, from the values since the last cut and nothing else. */
export type PageCutter = {
  /** Takes the bytes of the next value, `from` to before `to`. */
  add(bytes: Uint8Array, from: number, to: number): void
  /** Whether a page is to end before the next row. */
  isDue(): boolean
  /** A page has ended. */
  restart(): void
}

/**
 * Content-defined cuts: a gear hash, which knows the last 32 bytes, rolls over the values of a page that is large enough,
 * and the page ends with the row in which the hash has its zeros, or when it is too large. Rows that are put in or taken
 * out move cuts near them; further on the pages are the same bytes as before, so that a store that keeps every piece of
 * a file once has them already.
 */
export function openCutter({ least, usual, most }: PageBounds): PageCutter {
  let size = 0
  let state = 0
  let isFound = false

  /** Rolls the hash over bytes until one of the masks is met. */
  function roll(bytes: Uint8Array, from: number, to: number, mask: number): boolean {
    let rolling = state
    for (let at = from; at < to; at++) {
      rolling = ((rolling << 1) + gears[bytes[at]!]!) | 0
      if ((rolling & mask) === 0) return true
    }
    state = rolling
    return false
  }

  return {
    add(bytes, from, to) {
      const start = size
      size += to - from
      if (isFound || size <= least) return
      const begin = Math.max(from, from + least - start)
      const middle = Math.min(to, Math.max(begin, from + usual - start))
      isFound = roll(bytes, begin, middle, fewPlaces) || roll(bytes, middle, to, manyPlaces)
    },
    isDue: () => isFound || size >= most,
    restart() {
      size = 0
      state = 0
      isFound = false
    },
  }
}
