import type { Field, Schema } from 'apache-arrow/schema'
import { DataType } from 'apache-arrow/type'
import type { SchemaElement } from 'hyparquet'

/**
 * The Parquet schema of a declared schema: lists in the standard form of three levels (a list group, a repeated group, an
 * element), strings with both the old and the new annotation, every column required or optional as declared.
 */
export function parquetElements(schema: Schema): SchemaElement[] {
  return [{ name: 'schema', num_children: schema.fields.length }, ...schema.fields.flatMap(elementsOf)]
}

function elementsOf(field: Field): SchemaElement[] {
  const head = { name: field.name, repetition_type: field.nullable ? 'OPTIONAL' : 'REQUIRED' } as const
  const type = field.type as DataType
  if (DataType.isStruct(type)) {
    return [{ ...head, num_children: type.children.length }, ...type.children.flatMap(elementsOf)]
  }
  if (DataType.isList(type)) {
    return [
      { ...head, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...type.children.flatMap(elementsOf),
    ]
  }
  if (DataType.isUtf8(type)) {
    return [{ ...head, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }]
  }
  if (DataType.isBool(type)) return [{ ...head, type: 'BOOLEAN' }]
  if (DataType.isFloat(type)) return [{ ...head, type: 'DOUBLE' }]
  if (DataType.isInt(type)) return [{ ...head, type: type.bitWidth === 64 ? 'INT64' : 'INT32' }]
  throw new TypeError(`a declared schema has no Arrow type ${type.typeId}`)
}
