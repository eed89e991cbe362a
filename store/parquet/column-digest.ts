import { createHash, type Hash } from 'node:crypto'
import type { Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'

/** A running digest of the values of a file, column by column, independent of its encoding and row groups. */
export type ColumnDigest = {
  /**
   * Adds further values of a top-level column, in their order: as they are given, or as they are read back with texts as
   * UTF-8 bytes and integers as bigints.
   */
  add(column: string, values: ArrayLike<unknown>): void
  /** The digest of all columns; nothing can be added afterwards. */
  hex(): string
}

const bufferBytes = 2 ** 20

/**
 * Each column has a sha256 of its own, over a form of its values in which no two lists of values are alike: a mark for
 * each that says whether there is one, lengths before texts and lists, numbers as doubles. Texts are encoded into one
 * buffer, because making and hashing strings costs several times as much as hashing bytes.
 */
export function openColumnDigest(schema: Schema): ColumnDigest {
  const columns = new Map<string, { type: DataType; hash: Hash }>(
    schema.fields.map(({ name, type }) => [name, { type: type as DataType, hash: createHash('sha256') }]),
  )
  const buffer = Buffer.allocUnsafe(bufferBytes)
  let filled = 0
  let hash: Hash

  function room(bytes: number): void {
    if (filled + bytes > bufferBytes) flush()
  }

  function flush(): void {
    if (filled > 0) hash.update(buffer.subarray(0, filled))
    filled = 0
  }

  function addMark(mark: number): void {
    room(1)
    buffer[filled++] = mark
  }

  function addLength(length: number): void {
    room(4)
    filled = buffer.writeUInt32LE(length, filled)
  }

  function addText(text: string | Uint8Array): void {
    const isString = typeof text === 'string'
    const most = isString ? text.length * 3 : text.length
    room(4 + most)
    if (4 + most > bufferBytes) {
      const bytes = isString ? Buffer.from(text) : text
      addLength(bytes.length)
      flush()
      hash.update(bytes)
      return
    }
    const start = filled + 4
    if (!isString) buffer.set(text, start)
    const length = isString ? buffer.write(text, start) : text.length
    buffer.writeUInt32LE(length, filled)
    filled = start + length
  }

  function addValue(value: unknown, type: DataType): void {
    if (value === null || value === undefined) {
      addMark(0)
      return
    }
    addMark(1)
    if (DataType.isUtf8(type)) addText(value as string | Uint8Array)
    else if (DataType.isBool(type)) addMark(value === true ? 1 : 0)
    else if (DataType.isList(type)) {
      const elements = value as unknown[]
      addLength(elements.length)
      for (const element of elements) addValue(element, type.valueType as DataType)
    } else if (DataType.isStruct(type)) {
      const members = value as Record<string, unknown>
      for (const { name, type: member } of type.children) addValue(members[name], member as DataType)
    } else {
      room(8)
      // Whole numbers are safe integers, so that nothing is lost.
      filled = buffer.writeDoubleLE(Number(value), filled)
    }
  }

  return {
    add(name, values) {
      const column = columns.get(name)
      if (!column) throw new Error(`there is no column ${name}`)
      hash = column.hash
      for (let index = 0; index < values.length; index++) addValue(values[index], column.type)
      flush()
    },
    hex() {
      const all = createHash('sha256')
      for (const column of columns.values()) all.update(column.hash.digest())
      return all.digest('hex')
    },
  }
}
