import type { Field, Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'

/** A column type as the Python library `datasets` writes it down: a value, a list of one type, or a struct. */
export type Feature = { dtype: string; _type: 'Value' } | [Feature] | { [member: string]: Feature }

/**
 * The file metadata entry under which `datasets` keeps a file's column types. Lists are written in the form of one
 * bracketed type, which every version of the library reads; the newer `List` type is rejected by those before 4.
 */
export function huggingfaceMetadata(schema: Schema): { huggingface: string } {
  return { huggingface: JSON.stringify({ info: { features: featuresOf(schema.fields) } }) }
}

/** The `datasets` column types of a declared schema, in column order. */
export function featuresOf(fields: readonly Field[]): Record<string, Feature> {
  return Object.fromEntries(fields.map((field) => [field.name, featureOf(field.type)]))
}

function featureOf(type: DataType): Feature {
  if (DataType.isStruct(type)) return featuresOf(type.children)
  if (DataType.isList(type)) return [featureOf(type.valueType)]
  return { dtype: valueName(type), _type: 'Value' }
}

/** The name of a type that has no members: `string`, `int32`, `int64`, `float64` or `bool`. */
function valueName(type: DataType): string {
  if (DataType.isUtf8(type)) return 'string'
  if (DataType.isBool(type)) return 'bool'
  if (DataType.isFloat(type)) return 'float64'
  if (DataType.isInt(type)) return `int${type.bitWidth}`
  throw new TypeError(`a declared schema has no Arrow type ${type.typeId}`)
}

/** A column type for a reader's eye: `string`, `list<struct<role: string, content: string>>`. */
export function typeName(type: DataType): string {
  if (DataType.isStruct(type)) {
    return `struct<${type.children.map((field: Field) => `${field.name}: ${typeName(field.type)}`).join(', ')}>`
  }
  if (DataType.isList(type)) return `list<${typeName(type.valueType)}>`
  return valueName(type)
}
