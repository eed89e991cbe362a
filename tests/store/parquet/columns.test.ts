import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import { featuresOf, typeName } from '../../../output/dataset/features.ts'
import { parquetElements } from '../../../store/parquet/elements.ts'
import { columnsOf } from '../../../store/parquet/stored-columns.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { Pair } from '../../../schemas/pair.ts'
import { Problem } from '../../../schemas/problem.ts'
import { Trace } from '../../../schemas/trace.ts'
import { Verdict } from '../../../schemas/verdict.ts'
import { EdgeRow } from '../../output/edge-rows.ts'

describe('the declared schema', () => {
  const schema = arrowSchema(EdgeRow)

  test('has a column of the declared type and nullability for every member', () => {
    const declared = schema.fields.map(
      (field) => `${field.name}: ${typeName(field.type)}${field.nullable ? '?' : ''}`,
    )
    expect(declared).toEqual([
      'id: string',
      'text: string',
      'maybe_text: string?',
      'kind: string',
      'small: int32',
      'maybe_small: int32?',
      'wide: int64',
      'maybe_wide: int64?',
      'real: float64',
      'maybe_real: float64?',
      'flag: bool',
      'maybe_flag: bool?',
      'tags: list<string>',
      'maybe_tags: list<string>?',
      'loose_tags: list<string>',
      'wide_list: list<int64>',
      'messages: list<struct<role: string, content: string>>',
      'maybe_struct: struct<inner: string, numbers: list<float64>, wide: int64>?',
      'nested: list<list<int32>>',
    ])
  })

  test('says the same as the Parquet schema and the features that are derived from it', () => {
    const columns = columnsOf({ schema: parquetElements(schema) })
    expect(columns).toEqual(
      schema.fields.map((field) => ({
        name: field.name,
        type: typeName(field.type),
        nullable: field.nullable,
      })),
    )
    const features = featuresOf(schema.fields)
    expect(Object.keys(features)).toEqual(columns.map((column) => column.name))
    expect(features['messages']).toEqual([
      { role: { dtype: 'string', _type: 'Value' }, content: { dtype: 'string', _type: 'Value' } },
    ])
    expect(features['wide']).toEqual({ dtype: 'int64', _type: 'Value' })
    expect(features['nested']).toEqual([[{ dtype: 'int32', _type: 'Value' }]])
  })

  test('writes lists in three levels, with elements as nullable as declared', () => {
    const elements = parquetElements(schema)
    const start = elements.findIndex((element) => element.name === 'loose_tags')
    expect(elements.slice(start, start + 3)).toEqual([
      {
        name: 'loose_tags',
        repetition_type: 'REQUIRED',
        num_children: 1,
        converted_type: 'LIST',
        logical_type: { type: 'LIST' },
      },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      {
        name: 'element',
        repetition_type: 'OPTIONAL',
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        logical_type: { type: 'STRING' },
      },
    ])
  })

  test.each([{ Problem }, { Trace }, { Verdict }, { Pair }])(
    'can be made of every stored record: %o',
    (record) => {
      const [declared] = Object.values(record)
      expect(arrowSchema(declared).fields.map((field) => field.name)).toEqual(Object.keys(declared.shape))
    },
  )

  test('keeps the description of a member', () => {
    const described = z.strictObject({
      a: z.string().describe('inside').nullable(),
      b: z.int().nullable().describe('outside'),
    })
    expect(arrowSchema(described).fields.map((field) => field.metadata.get('description'))).toEqual([
      'inside',
      'outside',
    ])
  })

  test.each<[string, z.ZodObject, string]>([
    ['a record', z.strictObject({ a: z.record(z.string(), z.string()) }), 'a: it has the zod type record'],
    ['unknown', z.strictObject({ a: z.unknown() }), 'a: it has the zod type unknown'],
    [
      'a member that may be missing',
      z.strictObject({ a: z.string().optional() }),
      'a: it has the zod type optional',
    ],
    ['a default', z.strictObject({ a: z.string().default('x') }), 'a: it has the zod type default'],
    ['a transform', z.strictObject({ a: z.string().transform(Number) }), 'a: it has the zod type pipe'],
    ['a coercion', z.strictObject({ a: z.coerce.number() }), 'a: it has a type that coerces'],
    ['a union', z.strictObject({ a: z.union([z.string(), z.int()]) }), 'a: it has the zod type union'],
    [
      'a deep refusal',
      z.strictObject({ a: z.array(z.strictObject({ b: z.date() })) }),
      'a.element.b: it has the zod type date',
    ],
    ['an empty object', z.strictObject({ a: z.strictObject({}) }), 'a: it has an object without members'],
    ['a mixed literal', z.strictObject({ a: z.literal(['x', 1]) }), 'a: it has literals'],
    ['an odd name', z.strictObject({ 'a.b': z.string() }), 'a.b: it has a name'],
    [
      'names equal but for case',
      z.strictObject({ Id: z.string(), id: z.string() }),
      'id: it has a name that differs',
    ],
    [
      'an unknown width',
      z.strictObject({ a: z.int().meta({ arrow: 'int8' }) }),
      'a: it has the metadata arrow: "int8"',
    ],
    [
      'a wide real',
      z.strictObject({ a: z.number().meta({ arrow: 'int64' }) }),
      'a: it has arrow: int64 on a number',
    ],
    ['a 32-bit real', z.strictObject({ a: z.float32() }), 'a: it has the number format float32'],
  ])('refuses %s and names the column', (_what, refused, message) => {
    expect(() => arrowSchema(refused)).toThrow(UsageError)
    expect(() => arrowSchema(refused)).toThrow(`cannot make a column of ${message}`)
  })
})
