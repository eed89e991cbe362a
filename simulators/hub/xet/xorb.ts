import { decodeLz4Frame } from './lz4.ts'

const headerBytes = 8

/** The contents of the chunks `start` to `end`, not included, of a xorb: chunks with headers one after the other. */
export function* chunksOf(xorb: Uint8Array, start: number, end: number): Generator<Uint8Array> {
  let at = 0
  for (let index = 0; index < end; index++) {
    if (at + headerBytes > xorb.length) throw new Error(`A xorb has ${index} chunks, not ${end}`)
    const packed = threeBytes(xorb, at + 1)
    const size = threeBytes(xorb, at + 5)
    const data = xorb.subarray(at + headerBytes, at + headerBytes + packed)
    if (index >= start) yield contentOf(data, xorb[at + 4]!, size)
    at += headerBytes + packed
  }
}

function contentOf(data: Uint8Array, scheme: number, size: number): Uint8Array {
  switch (scheme) {
    case 0:
      return data
    case 1:
      return decodeLz4Frame(data, size)
    case 2:
      return ungrouped(decodeLz4Frame(data, size))
    default:
      throw new Error(`A xorb chunk is packed in the unknown way ${scheme}`)
  }
}

/** Undoes the grouping of bytes: first every fourth from 0, then every fourth from 1, and so on. */
function ungrouped(grouped: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(grouped.length)
  let from = 0
  for (let first = 0; first < 4; first++) {
    for (let to = first; to < bytes.length; to += 4) bytes[to] = grouped[from++]!
  }
  return bytes
}

function threeBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
}
