import type { Field, Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'

export type Row = Record<string, unknown>

/** A row in the form in which it will be read back, with the bytes that its values take before encoding. */
type NormalRow = { row: Row; bytes: number }

/**
 * Brings rows that their zod schema has accepted into the form in which they are stored: members in the declared order,
 * lone surrogates (which UTF-8 cannot hold) replaced by U+FFFD, negative zero as zero. Throws a RangeError that names the
 * column for a whole number that does not fit its column.
 */
export function rowNormaliser(schema: Schema): (row: Row) => NormalRow {
  return (row) => {
    const size = { bytes: 0 }
    return { row: normaliseMembers(row, schema.fields, '', size), bytes: size.bytes }
  }
}

/** Turns whole numbers into the bigints that a 64-bit column needs, at any depth; other values are left unchanged. */
export function widenIntegers(value: unknown, type: DataType): unknown {
  if (value === null || !hasInt64(type)) return value
  if (DataType.isList(type))
    return (value as unknown[]).map((element) => widenIntegers(element, type.valueType))
  if (DataType.isStruct(type)) {
    const members = value as Row
    return Object.fromEntries(
      type.children.map((field: Field) => [field.name, widenIntegers(members[field.name], field.type)]),
    )
  }
  return BigInt(value as number)
}

export function hasInt64(type: DataType): boolean {
  if (DataType.isInt(type)) return type.bitWidth === 64
  return (type.children ?? []).some((field) => hasInt64(field.type as DataType))
}

function normaliseMembers(
  members: Row,
  fields: readonly Field[],
  path: string,
  size: { bytes: number },
): Row {
  const normal: Row = {}
  for (const field of fields) {
    const column = path === '' ? field.name : `${path}.${field.name}`
    normal[field.name] = normalise(members[field.name], field.type as DataType, column, size)
  }
  return normal
}

function normalise(value: unknown, type: DataType, column: string, size: { bytes: number }): unknown {
  if (value === null) return null
  if (DataType.isUtf8(type)) {
    const text = (value as string).toWellFormed()
    size.bytes += 4 + Buffer.byteLength(text)
    return text
  }
  if (DataType.isList(type)) {
    const elements = value as unknown[]
    return elements.map((element, index) => normalise(element, type.valueType, `${column}.${index}`, size))
  }
  if (DataType.isStruct(type)) return normaliseMembers(value as Row, type.children, column, size)
  if (DataType.isBool(type)) {
    size.bytes += 1
    return value
  }
  const number = value as number
  if (DataType.isInt(type) && type.bitWidth === 32 && (number | 0) !== number) {
    throw new RangeError(
      `column ${column}: ${number} does not fit 32 bits; declare it with meta({ arrow: 'int64' })`,
    )
  }
  size.bytes += DataType.isInt(type) ? type.bitWidth / 8 : 8
  return number === 0 ? 0 : number
}
