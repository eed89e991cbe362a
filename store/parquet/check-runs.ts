/**
 * Walks values in the RLE and bit-packing hybrid of Parquet and refuses what a decoder would not come back from or would
 * read past: runs of nothing, of more values than there are, over the end.
 *
 * Source: the Parquet format's `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".
 *
 * @param bytes of the runs and nothing else
 * @param width bits of a value
 * @param count values that are due
 * @param top the largest value that there may be
 * @returns how many of them are `top`
 */
export function checkRuns(
  bytes: Uint8Array,
  { width, count, top }: { width: number; count: number; top: number },
): number {
  if (width > 32) throw new Error(`its values are packed into ${width} bits each`)
  let at = 0
  let equal = 0
  const next = (): number => {
    if (at >= bytes.length) throw new Error(`its runs end before ${count} values`)
    return bytes[at++]!
  }
  const meet = (value: number, times: number): void => {
    if (value > top) throw new Error(`it has the value ${value} where ${top} is the largest`)
    if (value === top) equal += times
  }
  for (let seen = 0; seen < count;) {
    let header = 0
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      if (shift > 28) throw new Error('a run has a length of more than 32 bits')
      byte = next()
      header += (byte & 0x7f) * 2 ** shift
    }
    const length = Math.floor(header / 2)
    if (header % 2 === 0) {
      if (length === 0 || length > count - seen)
        throw new Error(`it has a run of ${length} values where ${count - seen} are due`)
      let value = 0
      for (let byte = 0; byte < Math.ceil(width / 8); byte += 1) value += next() * 2 ** (8 * byte)
      meet(value, length)
      seen += length
      continue
    }
    // Groups of eight, of which the last may be filled up.
    if (length * 8 >= count - seen + 512)
      throw new Error(`it has ${length * 8} packed values where ${count - seen} are due`)
    if (at + length * width > bytes.length) throw new Error(`its runs end after ${seen} of ${count} values`)
    const end = at + length * width
    let bits = 0
    let held = 0
    const last = Math.min(count, seen + length * 8)
    while (seen < last) {
      while (held < width) {
        bits += bytes[at++]! * 2 ** held
        held += 8
      }
      const value = bits % 2 ** width
      bits = Math.floor(bits / 2 ** width)
      held -= width
      meet(value, 1)
      seen += 1
    }
    at = end
  }
  return equal
}
