import type { Encoding, ParquetType, SchemaElement } from 'hyparquet'
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js'
import { checkRuns } from './check-runs.ts'

type Expected = {
  encoding: Encoding
  /** Values that are not null. */
  count: number
  element: SchemaElement
  /** Values of the dictionary, where there is one. */
  dictionary: number | undefined
}

/**
 * Checks that the values of a page are as many, and take exactly as many bytes, as its header says.
 *
 * Source: the Parquet format's `Encodings.md`.
 */
export function checkValues(bytes: Uint8Array, { encoding, count, element, dictionary }: Expected): void {
  const { type } = element
  if (count === 0) return
  if (encoding === 'PLAIN') checkPlain(bytes, count, element)
  else if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    if (!dictionary) throw new Error('its values stand in a dictionary, and there is none')
    checkRuns(bytes.subarray(1), { width: bytes[0] ?? Infinity, count, top: dictionary - 1 })
  } else if (encoding === 'RLE') {
    if (type !== 'BOOLEAN') throw new Error(`its values of the type ${type} are said to be runs`)
    const length = bytes.length < 4 ? Infinity : viewOf(bytes).getUint32(0, true)
    if (length > bytes.length - 4) throw new Error('its runs are longer than the page')
    checkRuns(bytes.subarray(4, 4 + length), { width: 1, count, top: 1 })
  } else if (encoding === 'BYTE_STREAM_SPLIT') {
    due(bytes, count * (widths[type!] ?? element.type_length ?? NaN))
  } else if (encoding === 'DELTA_BINARY_PACKED') {
    if (type !== 'INT32' && type !== 'INT64')
      throw new Error(`its values of the type ${type} are differences`)
    checkDeltaHeader(bytes, 0, count)
  } else if (encoding === 'DELTA_LENGTH_BYTE_ARRAY') {
    const [lengths, at] = deltas(bytes, 0, count)
    due(bytes, at + sum(lengths))
  } else if (encoding === 'DELTA_BYTE_ARRAY') checkPrefixed(bytes, count)
  else throw new Error(`its encoding ${encoding} is not known`)
}

const widths: Partial<Record<ParquetType, number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12 }

function checkPlain(bytes: Uint8Array, count: number, { type, type_length }: SchemaElement): void {
  if (type === 'BOOLEAN') return due(bytes, Math.ceil(count / 8))
  if (type !== 'BYTE_ARRAY') return due(bytes, count * (widths[type!] ?? type_length ?? NaN))
  const view = viewOf(bytes)
  let at = 0
  for (let value = 0; value < count; value += 1) {
    if (at + 4 > bytes.length) throw new Error(`it ends after ${value} of ${count} values`)
    at += 4 + view.getUint32(at, true)
  }
  due(bytes, at)
}

/** Every value begins with so many bytes of the one before it. */
function checkPrefixed(bytes: Uint8Array, count: number): void {
  const [prefixes, middle] = deltas(bytes, 0, count)
  const [suffixes, at] = deltas(bytes, middle, count)
  due(bytes, at + sum(suffixes))
  let before = 0
  for (const [index, prefix] of prefixes.entries()) {
    if (prefix < 0 || prefix > before) throw new Error(`it begins a value with ${prefix} bytes of ${before}`)
    before = prefix + suffixes[index]!
  }
}

/** Whole numbers that are stored as differences, and where they end. */
function deltas(bytes: Uint8Array, offset: number, count: number): [Int32Array, number] {
  checkDeltaHeader(bytes, offset, count)
  const reader = { view: viewOf(bytes), offset }
  const values = new Int32Array(count)
  deltaBinaryUnpack(reader, count, values)
  return [values, reader.offset]
}

function checkDeltaHeader(bytes: Uint8Array, offset: number, count: number): void {
  let at = offset
  const next = (): number => {
    let value = 0
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new Error('its differences have no beginning')
  }
  const block = next()
  const pieces = next()
  const total = next()
  if (block === 0 || block > 2 ** 16 || block % 128 !== 0 || pieces === 0 || (block / pieces) % 32 !== 0)
    throw new Error(`its differences come in blocks of ${block} in ${pieces} pieces`)
  if (total !== count) throw new Error(`it counts ${total} differences where ${count} are due`)
}

function sum(lengths: Int32Array): number {
  let total = 0
  for (const length of lengths) {
    if (length < 0) throw new Error(`it has a value of ${length} bytes`)
    total += length
  }
  return total
}

function due(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new Error(`its values have ${bytes.length} bytes where ${length} are due`)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
