import type { ParquetType } from 'hyparquet'

/** Values of one page in the PLAIN encoding, in memory that is used again for the next page. */
export type PlainValues = {
  /** Appends a value and gives the place where it begins. */
  add(value: unknown): number
  /** What is held, until the next value is added. */
  bytes(): Uint8Array
  /** How many bytes are held. */
  length(): number
  /** The bytes of the page, good until the next value is added; a new page begins. */
  take(): Uint8Array
}

/** Given up when it has become larger than most pages need. */
const keptBytes = 2 ** 22
/** Of all chunks, since they are written one after the other: fresh memory costs as much as what is put there. */
let kept = Buffer.allocUnsafe(0)

/** Of a type whose values are whole bytes: BYTE_ARRAY of texts, INT32, INT64 and DOUBLE. Only one may be open. */
export function openPlainValues(type: ParquetType): PlainValues {
  let memory = kept
  let length = 0

  function room(size: number): void {
    if (length + size <= memory.length) return
    const larger = Buffer.allocUnsafe(Math.max(memory.length * 2, length + size))
    memory.copy(larger, 0, 0, length)
    memory = larger
    if (memory.length <= keptBytes) kept = memory
  }

  function addText(text: string): void {
    room(4 + text.length * 3)
    const bytes = memory.write(text, length + 4)
    memory.writeUInt32LE(bytes, length)
    length += 4 + bytes
  }

  function append(value: unknown): void {
    if (type === 'BYTE_ARRAY') {
      addText(value as string)
      return
    }
    room(8)
    if (type === 'INT32') length = memory.writeInt32LE(value as number, length)
    else if (type === 'INT64') length = memory.writeBigInt64LE(value as bigint, length)
    else if (type === 'DOUBLE') length = memory.writeDoubleLE(value as number, length)
    else throw new TypeError(`a declared schema has no values of the type ${type}`)
  }

  return {
    add(value) {
      const from = length
      append(value)
      return from
    },
    bytes: () => memory,
    length: () => length,
    take() {
      const page = memory.subarray(0, length)
      length = 0
      return page
    },
  }
}
