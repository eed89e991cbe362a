import { expect, test } from 'vitest'
import { z } from 'zod'
import { allFilters } from '../../filters/registry.ts'
import { foundBy, type AnyFilter } from './found-by.ts'

/*
 * Every option of every filter that is a number says what a greater value does, and that is what it does: of the same
 * problems, answers or sets fewer or more are found, and each that is found by the stricter value is found by the looser.
 */

type JsonSchema = {
  type?: string
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
}

const isNumber = ({ type }: JsonSchema): boolean => type === 'number' || type === 'integer'

/** The options of a filter that are numbers, by path, with their schemas. */
function numbersOf(schema: JsonSchema, path: readonly string[] = []): [string, JsonSchema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]): [string, JsonSchema][] => {
    const number = [member, ...(member.anyOf ?? [])].find(isNumber)
    const here = [...path, name]
    return number ? [[here.join('.'), number]] : numbersOf(member, here)
  })
}

/** Values over the whole range, rising; some that options do not allow are left out when they are tried. */
function valuesOf({ type, maximum, minimum = 0 }: JsonSchema): number[] {
  const shares = [0, 0.1, 0.4, 0.8, 0.93, 0.99, 1]
  if (maximum !== undefined && maximum <= 1) return shares
  if (maximum === 100) return shares.map((share) => minimum + share * (100 - minimum))
  const steps = [0, 1, 2, 3, 4, 6, 10, 20, 40, 80, 150, 400, 1000, 4000, 20_000, 50_000]
  return type === 'integer' ? steps : steps.concat([0.5, 1.5]).toSorted((a, b) => a - b)
}

function optionsWith(path: string, value: number): object {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object
}

const numbers = allFilters.map((filter) => ({
  filter: filter as AnyFilter,
  schemas: numbersOf(z.toJSONSchema(filter.options, { io: 'input', unrepresentable: 'any' }) as JsonSchema),
}))

test.each(numbers)('every number of $filter.name says what a greater value does', ({ filter, schemas }) => {
  expect(Object.keys(filter.numbers ?? {}).toSorted()).toEqual(schemas.map(([path]) => path).toSorted())
})

const thresholds = numbers.flatMap(({ filter, schemas }) =>
  schemas
    .map(([path, schema]) => ({ filter, path, schema, effect: filter.numbers?.[path] }))
    .filter(({ effect }) => effect !== 'defines'),
)

test.each(thresholds)(
  'a greater $path of $filter.name: $effect',
  async ({ filter, path, schema, effect }) => {
    const found: ReadonlySet<string>[] = []
    for (const value of valuesOf(schema)) {
      const options = filter.options.safeParse({ ...optionsWith(path, value), ...foundBy.stated(filter) })
      if (options.success) found.push(await foundBy.all(filter, options.data))
    }
    const falling = effect === 'fewer' ? found : found.toReversed()
    for (const [index, less] of falling.slice(1).entries())
      expect([...less].filter((one) => !falling[index]!.has(one))).toEqual([])
    // Otherwise the examples would show nothing about it.
    expect(falling[0]!.size).toBeGreaterThan(falling.at(-1)!.size)
  },
)
