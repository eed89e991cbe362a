/**
 * The content of an LZ4 frame (the frame and block formats of lz4/lz4, `doc/`), whose size must be known. The codec that reads
 * Parquet knows single blocks only; here blocks may refer back to earlier ones.
 */
export function decodeLz4Frame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error('An LZ4 frame begins with another number')
  const flags = frame[4]!
  const hasBlockChecksums = (flags & 0x10) !== 0
  const hasContentSize = (flags & 0x08) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  let at = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  const output = new Uint8Array(size)
  let length = 0
  for (;;) {
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const blockSize = word & 0x7fffffff
    const block = frame.subarray(at, at + blockSize)
    if (word >>> 31 === 1) {
      output.set(block, length)
      length += blockSize
    } else {
      length = decodeBlock(block, output, length)
    }
    at += blockSize + (hasBlockChecksums ? 4 : 0)
  }
  if (length !== size) throw new Error(`An LZ4 frame has ${length} bytes, not ${size}`)
  return output
}

/** Writes a block's content into the output from `length` on; returns the length that it then has. */
function decodeBlock(block: Uint8Array, output: Uint8Array, length: number): number {
  let at = 0
  let end = length
  function longer(start: number): number {
    let value = start
    if (start === 15) {
      let byte: number
      do {
        byte = block[at++]!
        value += byte
      } while (byte === 255)
    }
    return value
  }
  while (at < block.length) {
    const token = block[at++]!
    const literals = longer(token >> 4)
    output.set(block.subarray(at, at + literals), end)
    at += literals
    end += literals
    if (at >= block.length) break
    const offset = block[at]! | (block[at + 1]! << 8)
    at += 2
    const matched = longer(token & 15) + 4
    if (offset === 0 || offset > end) throw new Error('An LZ4 block refers to what is not there')
    // Byte by byte: a match may overlap what it writes.
    for (let count = 0; count < matched; count++, end++) output[end] = output[end - offset]!
  }
  return end
}
