import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import { readParquetMetadata, readParquetRows } from '../parquet/read.ts'
import { writeParquet } from '../parquet/write.ts'
import { partPath, type PartKind } from '../run/paths.ts'

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

/**
 * Reads a part's footer; `undefined` when the part does not exist or cannot be read, so that it is made (again): only
 * the journal cannot be made again.
 */
export async function partState(
  runFolder: string,
  kind: PartKind,
  shard: number,
): Promise<PartState | undefined> {
  let metadata
  try {
    metadata = await readParquetMetadata(partPath(runFolder, kind, shard))
  } catch (error) {
    if (error instanceof RunError) return undefined
    throw error
  }
  const footer = Footer.safeParse(metadata.keyValue)
  if (!footer.success) return undefined
  return {
    fingerprint: footer.data['twinstill.fingerprint'],
    digest: footer.data['twinstill.digest'],
    rows: metadata.rows,
    counts: JSON.parse(footer.data['twinstill.counts']),
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
  const path = partPath(runFolder, kind, shard)
  try {
    for await (const row of readParquetRows(path, columns ? { columns } : {})) yield row as Row
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    throw new RunError(
      `the part ${path} is damaged (${error.message}); delete it and run \`distill\` again: it is made again from the journal and nothing is asked twice`,
      { cause: error },
    )
  }
}
