import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { readParquetMetadata, readParquetRows } from '../../output/parquet/read.ts'
import { writeParquet } from '../../output/parquet/write.ts'
import { partPath, type PartKind } from './paths.ts'

/** What a part says of itself in its footer, so that nothing else has to be read to know whether it is current. */
export type PartState = {
  /** Of the recipe section, code and inputs that made it. */
  fingerprint: string
  /** Of its content: the input part of the next stage's fingerprint. */
  digest: string
  rows: number
  /** The stage's contribution to the ledger. */
  counts: unknown
}

const Footer = z.object({
  'twinstill.fingerprint': z.string(),
  'twinstill.digest': z.string(),
  'twinstill.counts': z.string(),
})

/** Reads a part's footer; `undefined` when the part does not exist. */
export async function partState(
  runFolder: string,
  kind: PartKind,
  shard: number,
): Promise<PartState | undefined> {
  const path = partPath(runFolder, kind, shard)
  let metadata
  try {
    metadata = await readParquetMetadata(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  const footer = Footer.parse(metadata.keyValue)
  return {
    fingerprint: footer['twinstill.fingerprint'],
    digest: footer['twinstill.digest'],
    rows: metadata.rows,
    counts: JSON.parse(footer['twinstill.counts']),
  }
}

/**
 * Writes a part whole or not at all, in place of a stale one.
 *
 * @param counts called when all rows have been written, so that it may count while they pass
 */
export async function writePart<Schema extends z.ZodObject>(
  runFolder: string,
  kind: PartKind,
  shard: number,
  part: {
    schema: Schema
    rows: AsyncIterable<z.input<Schema>> | Iterable<z.input<Schema>>
    fingerprint: string
    counts: () => unknown
  },
): Promise<void> {
  const path = partPath(runFolder, kind, shard)
  await mkdir(dirname(path), { recursive: true })
  await writeParquet({
    path,
    schema: part.schema,
    rows: part.rows,
    replace: true,
    idColumns: ['id', 'key', 'problem_id', 'pair_id'].filter((name) => name in part.schema.shape),
    metadata: ({ digest }) => ({
      'twinstill.fingerprint': part.fingerprint,
      'twinstill.digest': digest,
      'twinstill.counts': JSON.stringify(part.counts()),
    }),
  })
}

/** The rows of a part in order, all columns or some, a row group at a time. */
export async function* readPart<Row>(
  runFolder: string,
  kind: PartKind,
  shard: number,
  columns?: (keyof Row & string)[],
): AsyncGenerator<Row> {
  for await (const row of readParquetRows(partPath(runFolder, kind, shard), columns ? { columns } : {}))
    yield row as Row
}

function isMissing(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return true
  }
  return false
}
