import { parquetSchema } from 'hyparquet'
import type { FileMetaData, SchemaTree } from 'hyparquet'

/** A top-level column as a file declares it. */
export type StoredColumn = {
  name: string
  /** For example `string`, `int64`, `list<struct<role: string, content: string>>`. */
  type: string
  nullable: boolean
}

/** The top-level columns of a file, in its order. */
export function columnsOf(metadata: Pick<FileMetaData, 'schema'>): StoredColumn[] {
  return parquetSchema(metadata).children.map((column) => ({
    name: column.element.name,
    type: typeOf(column),
    nullable: column.element.repetition_type === 'OPTIONAL',
  }))
}

/** The type of a column of any depth, for people. */
export function typeOf({ element, children }: SchemaTree): string {
  const repeated = children[0]
  if (element.converted_type === 'LIST' && repeated !== undefined) {
    // The list group's repeated child is a wrapper in the standard form, and the element itself in the oldest one.
    return `list<${typeOf(repeated.children.length === 1 ? repeated.children[0]! : repeated)}>`
  }
  if (children.length > 0) {
    return `struct<${children.map((child) => `${child.element.name}: ${typeOf(child)}`).join(', ')}>`
  }
  const logical = element.logical_type?.type ?? element.converted_type
  if (logical === 'STRING' || logical === 'UTF8' || logical === 'ENUM') return 'string'
  return physicalNames[element.type ?? ''] ?? (element.type ?? 'unknown').toLowerCase()
}

const physicalNames: Readonly<Record<string, string>> = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  FLOAT: 'float32',
  DOUBLE: 'float64',
  BYTE_ARRAY: 'binary',
}
