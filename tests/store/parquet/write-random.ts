import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { writeParquet } from '../../../store/parquet/write.ts'
import { RunError } from '../../../schemas/errors.ts'

/** Writes texts that do not compress to the path given, and prints the message of a RunError. */
function* rows(): Generator<{ text: string }> {
  for (let index = 0; index < 100; index++) yield { text: randomBytes(20_000).toString('hex') }
}

try {
  const schema = z.strictObject({ text: z.string() })
  await writeParquet({ path: process.argv[2]!, schema, rows: rows(), rowGroupBytes: 100_000 })
} catch (error) {
  if (!(error instanceof RunError)) throw error
  console.error(error.message)
}
