import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { RunError } from '../../../schemas/errors.ts'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import { readBack } from '../../../store/parquet/read-back.ts'
import { writeParquet } from '../../../store/parquet/write.ts'
import { temporaryFolder } from '../../output/temporary-folder.ts'

const Shape = z.strictObject({
  text: z.string(),
  other: z.string().nullable(),
  number: z.number().nullable(),
  whole: z.int().meta({ arrow: 'int64' }),
  list: z.array(z.strictObject({ a: z.string().nullable(), b: z.boolean() })).nullable(),
})
const schema = arrowSchema(Shape)
type Shape = z.infer<typeof Shape>

/** Few values, so that lists that differ in one place, or in where one text ends and the next begins, are common. */
const word = fc.constantFrom('', 'a', 'aa', 'b', 'é', '\0')
const row: fc.Arbitrary<Shape> = fc.record({
  text: word,
  other: fc.option(word),
  number: fc.option(fc.constantFrom(0, 1, 0.5)),
  whole: fc.constantFrom(0, 2 ** 40, -1),
  list: fc.option(fc.array(fc.record({ a: fc.option(word), b: fc.boolean() }), { maxLength: 2 })),
})

test('files have the same digest of their columns exactly when they have the same rows', async () => {
  const folder = await temporaryFolder()
  let number = 0
  const write = async (rows: Shape[], rowGroupRows: number): Promise<{ rows: number; digest: string }> =>
    writeParquet({ path: join(folder, `${number++}.parquet`), schema: Shape, rows, rowGroupRows })
  const rows = fc.array(row, { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(rows, fc.oneof(rows, fc.constant(undefined)), async (first, given) => {
      const second = given ?? structuredClone(first)
      const [one, other] = [await write(first, 1), await write(second, 2)]
      expect(one.digest === other.digest).toBe(JSON.stringify(first) === JSON.stringify(second))
    }),
    { numRuns: 100 },
  )
})

test('a file that holds other values than those given is refused', async () => {
  const path = join(await temporaryFolder(), 'a.parquet')
  const rows: Shape[] = [
    { text: 'x'.repeat(2_000_000), other: null, number: 1.5, whole: 2 ** 52, list: [{ a: 'é', b: true }] },
  ]
  const { digest } = await writeParquet({ path, schema: Shape, rows })
  const changed = await writeParquet({
    path: `${path}.other`,
    schema: Shape,
    rows: [{ ...rows[0]!, list: [{ a: 'e', b: true }] }],
  })
  await readBack(path, path, schema, { rows: 1, digest })
  await expect(readBack(path, path, schema, { rows: 1, digest: changed.digest })).rejects.toThrow(RunError)
  await expect(readBack(path, path, schema, { rows: 2, digest })).rejects.toThrow(
    'differ from the 2 written; check the disk',
  )
})
