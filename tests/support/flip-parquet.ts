import { readFile, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { RunError } from '../../schemas/errors.ts'
import { readForeignParquet } from '../../store/parquet/foreign/read.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { ownPeakMb } from './own-peak.ts'

/* Reads a Parquet file with one bit wrong, again and again: node flip-parquet.ts own|foreign FILE COUNT SEED. In a process
   of its own, so that a test can tell a hang and a crash. */
const [how, file, count, seed] = process.argv.slice(2)
const bytes = await readFile(file!)
const damaged = `${file}.damaged`
const bits = fc.sample(fc.nat(bytes.length * 8 - 1), { numRuns: Number(count), seed: Number(seed) })

async function read(path: string): Promise<string> {
  const rows: unknown[] = []
  if (how === 'own') for await (const row of readParquetRows(path)) rows.push(row)
  else for await (const row of readForeignParquet(path, path, {})) rows.push(row)
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

const whole = await read(file!)
const seen = { refused: 0, unharmed: 0, changed: 0, stacks: 0, slowest_ms: 0 }
const others: string[] = []
for (const bit of bits) {
  const harmed = Buffer.from(bytes)
  harmed[bit >> 3]! ^= 1 << (bit & 7)
  await writeFile(damaged, harmed)
  const begun = performance.now()
  try {
    if ((await read(damaged)) === whole) seen.unharmed += 1
    else seen.changed += 1
  } catch (error) {
    if (error instanceof RunError && !error.message.includes('\n')) seen.refused += 1
    else {
      seen.stacks += 1
      others.push(`bit ${bit}: ${String(error)}`)
    }
  }
  seen.slowest_ms = Math.max(seen.slowest_ms, Math.round(performance.now() - begun))
}
console.log(
  JSON.stringify({
    ...seen,
    others: others.slice(0, 5),
    peak_mb: ownPeakMb(),
  }),
)
