import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect } from 'vitest'
import { z } from 'zod'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { readForeignParquet } from '../../store/parquet/foreign/read.ts'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import { outcomeOf } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'

/*
 * Parquet files of our own and of strangers with bytes changed, cut out, doubled, moved: our own parts are never read as other
 * rows, and no file ends the reading with anything but one line.
 */

const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const Row = z.strictObject({
  id: z.string(),
  text: z.string().nullable(),
  n: z.int(),
  tags: z.array(z.string()),
  inner: z.strictObject({ x: z.number(), ok: z.boolean() }),
})
const rows = Array.from({ length: 40 }, (_, index) => ({
  id: `id-${index}`,
  text: index % 7 === 3 ? null : `the answer ${'is '.repeat(index % 20)}${index}`,
  n: index,
  tags: Array.from({ length: index % 3 }, (_each, tag) => `t${tag}`),
  inner: { x: index / 4, ok: index % 2 === 0 },
}))
const part = join(folder, 'part.parquet')
beforeAll(
  async () => void (await writeParquet({ path: part, schema: Row, rows, rowGroupRows: 20, sealed: true })),
)

type Change = {
  kind: 'flip' | 'set' | 'cut' | 'double' | 'move' | 'end' | 'length'
  at: number
  size: number
  value: number
}
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'flip', 'set', 'set', 'cut', 'double', 'move', 'end', 'length'),
  // Most of the meaning is in the footer, at the end.
  at: fc.oneof(
    fc.nat(),
    fc.nat(900).map((back) => -1 - back),
  ),
  size: fc.nat(64),
  value: fc.nat(255),
})

function changed(bytes: Buffer, { kind, at, size, value }: Change): Buffer {
  const place = at < 0 ? Math.max(0, bytes.length + at) : at % Math.max(1, bytes.length)
  const [before, piece, after] = [
    bytes.subarray(0, place),
    bytes.subarray(place, place + size),
    bytes.subarray(place + size),
  ]
  const copy = Buffer.from(bytes)
  if (kind === 'flip') copy[place] = (copy[place] ?? 0) ^ (1 << (value % 8))
  else if (kind === 'set') copy.fill(value, place, Math.min(copy.length, place + 1 + (size % 4)))
  else if (kind === 'cut') return Buffer.concat([before, after])
  else if (kind === 'double') return Buffer.concat([before, piece, piece, after])
  else if (kind === 'move') return Buffer.concat([before, after, piece])
  else if (kind === 'end') return before
  else if (bytes.length > 8) copy.writeUInt32LE(value * 2 ** (size % 25), bytes.length - 8)
  return copy
}

const path = join(folder, 'changed.parquet')
const changes = fc.array(change, { minLength: 1, maxLength: 3 })

fuzz<Change[]>('own-parts', {
  cases: changes,
  runs: 500,
  check: async (all) => {
    writeFileSync(path, all.reduce(changed, readFileSync(part)))
    const read = await outcomeOf(() => Array.fromAsync(readParquetRows(path)), [RunError])
    if ('value' in read) expect(read.value).toEqual(rows)
    const footer = await outcomeOf(() => readParquetMetadata(path), [RunError])
    if ('value' in footer) expect(footer.value.rows).toBe(rows.length)
  },
})

const written = fileURLToPath(new URL('../store/parquet/written', import.meta.url))
const foreign = readdirSync(written).filter((name) => name.endsWith('.parquet'))

fuzz<{ name: string; all: Change[] }>('foreign-parquet', {
  cases: fc.record({ name: fc.constantFrom(...foreign), all: changes }),
  runs: 500,
  check: async ({ name, all }) => {
    writeFileSync(path, all.reduce(changed, readFileSync(join(written, name))))
    await outcomeOf(
      () => Array.fromAsync(readForeignParquet(path, 'changed.parquet', {})),
      [RunError, UsageError],
    )
  },
})
