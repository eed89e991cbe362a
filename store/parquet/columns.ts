import { Field, Schema } from 'apache-arrow/schema'
import { Bool, Float64, Int32, Int64, List, Struct, Utf8, type DataType } from 'apache-arrow/type'
import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'

/** A zod object whose members all have a column type, see `arrowSchema`. */
export type RowSchema = z.ZodObject

/**
 * The one declared schema of a file, derived from the zod schema of its rows; the Parquet and `datasets` schemas are
 * derived from this one.
 *
 * | zod | Arrow |
 * | --- | --- |
 * | string and its formats, enum, literal of strings | Utf8 |
 * | int, `number().int()` | Int32; Int64 with `.meta({ arrow: 'int64' })`, up to 2^53 |
 * | number | Float64 |
 * | boolean, literal of booleans | Bool |
 * | array | List |
 * | object | Struct |
 * | nullable | the same, nullable |
 *
 * Everything else is refused with a UsageError that names the column: a record or `unknown` has no fixed columns, and a
 * missing member, a default or a transform would make the stored row differ from the one that was given. A member's
 * `description` in its zod metadata becomes the field's metadata of that name.
 */
export function arrowSchema(schema: RowSchema): Schema {
  return new Schema(fieldsOf(schema, ''))
}

function fieldsOf(schema: RowSchema, path: string): Field[] {
  const members = Object.entries(schema.shape)
  if (members.length === 0) throw refusal(path || 'the row', 'an object without members')
  const folded = new Set<string>()
  return members.map(([name, member]) => {
    const column = path === '' ? name : `${path}.${name}`
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw refusal(column, 'a name that is not letters, digits and _')
    if (folded.has(name.toLowerCase())) throw refusal(column, 'a name that differs from another in case only')
    folded.add(name.toLowerCase())
    return fieldOf(name, member, column)
  })
}

function fieldOf(name: string, declared: z.core.$ZodType, column: string): Field {
  let schema = declared
  let nullable = false
  let description = descriptionOf(schema)
  while (schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly) {
    nullable ||= schema instanceof z.ZodNullable
    schema = schema.unwrap()
    description ||= descriptionOf(schema)
  }
  const metadata = new Map(description === '' ? [] : [['description', description]])
  return new Field(name, typeOf(schema, column), nullable, metadata)
}

function typeOf(schema: z.core.$ZodType, column: string): DataType {
  if ('coerce' in schema._zod.def && schema._zod.def.coerce === true)
    throw refusal(column, 'a type that coerces')
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return new Utf8()
  if (schema instanceof z.ZodNumber) return numberType(schema, column)
  if (schema instanceof z.ZodBoolean) return new Bool()
  if (schema instanceof z.ZodEnum) return literalType(schema.options, column)
  if (schema instanceof z.ZodLiteral) return literalType([...schema.values], column)
  if (schema instanceof z.ZodArray) return new List(fieldOf('element', schema.element, `${column}.element`))
  if (schema instanceof z.ZodObject) return new Struct(fieldsOf(schema, column))
  throw refusal(column, `the zod type ${schema._zod.def.type}`)
}

function numberType(schema: z.ZodNumber, column: string): DataType {
  const width = schema.meta()?.['arrow']
  if (width !== undefined && width !== 'int64')
    throw refusal(column, `the metadata arrow: ${JSON.stringify(width)}`)
  const whole = schema.format === 'safeint' || schema.format === 'int32'
  if (schema.format !== null && !whole) throw refusal(column, `the number format ${schema.format}`)
  if (!whole && width === 'int64') throw refusal(column, 'arrow: int64 on a number that is not int')
  if (!whole) return new Float64()
  return width === 'int64' ? new Int64() : new Int32()
}

function literalType(values: readonly unknown[], column: string): DataType {
  if (values.every((value) => typeof value === 'string')) return new Utf8()
  if (values.every((value) => typeof value === 'boolean')) return new Bool()
  throw refusal(column, `literals that are not all strings or all booleans`)
}

function descriptionOf(schema: z.core.$ZodType): string {
  return z.globalRegistry.get(schema)?.description ?? ''
}

function refusal(column: string, what: string): UsageError {
  return new UsageError(
    `cannot make a column of ${column}: it has ${what}; use string, int, number, boolean, enum, literal, array, object or nullable`,
  )
}
