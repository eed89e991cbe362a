const bits = 21
const mask = 2 ** bits - 1

/** One kind of thing to look for. */
export type Sought<Found> = {
  /** Three signs each, of which a text that holds the thing has one. */
  trigrams: readonly string[]
  /** Bytes that the thing may reach to either side of such three. */
  reach: number
  /** Whether such three that end at a place are worth a look. */
  isWorth?: (bytes: Uint8Array, end: number) => boolean
  /** Looks at the surroundings, decoded as Latin-1. */
  look: (text: string) => Found | undefined
}

/**
 * Looks for things that are rare in large buffers: one pass over the bytes, whatever there is to look for, and a string is
 * made of the surroundings of three signs that something sought begins with, and of nothing else.
 *
 * @returns the first find of a buffer
 */
export function openScan<Found>(sought: readonly Sought<Found>[]): (bytes: Uint8Array) => Found | undefined {
  if (sought.length > 8) throw new Error('a byte has eight bits')
  const kinds = new Uint8Array(2 ** bits)
  for (const [index, { trigrams }] of sought.entries())
    for (const trigram of trigrams) kinds[hashOf(trigram)]! |= 1 << index
  return (bytes) => {
    const covered = sought.map(() => -1)
    const last = sought.map(() => -Infinity)
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const { length } = bytes
    let hash = 0
    for (let at = 0; at < length; at++) {
      hash = ((hash << 7) ^ bytes[at]!) & mask
      const hits = kinds[hash]!
      if (hits === 0) continue
      for (const [index, { reach, look, isWorth }] of sought.entries()) {
        if ((hits & (1 << index)) === 0 || at < covered[index]!) continue
        if (isWorth?.(bytes, at) === false) continue
        // Where hits are dense, a longer piece is looked at once for many of them.
        const isDense = at - last[index]! < reach
        const end = at + (isDense ? 4 : 1) * reach
        if (isDense) covered[index] = end - reach
        last[index] = at
        const around = (from: number, to: number): Found | undefined =>
          look(buffer.toString('latin1', Math.max(0, from), Math.min(length, to)))
        const found = around(at - reach, end)
        // Where a piece was cut, a longer word may look like a short one.
        if (found !== undefined && isSame(around(at - 4 * reach, end + 4 * reach), found)) return found
      }
    }
    return undefined
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function hashOf(trigram: string): number {
  let hash = 0
  for (let at = 0; at < 3; at++) hash = ((hash << 7) ^ trigram.charCodeAt(at)) & mask
  return hash
}
