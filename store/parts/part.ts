import { dirname, join } from 'node:path'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import {
  partColumns,
  partKinds,
  parts,
  type PartColumn,
  type PartCounts,
  type PartDefinition,
  type PartKind,
  type PartRow,
} from '../../schemas/parts.ts'
import { writeError } from '../files/disk-error.ts'
import { makeLastFolders, namesIn, remove } from '../files/entries.ts'
import { readParquetMetadata, readParquetRows } from '../parquet/read.ts'
import { writeParquet } from '../parquet/write.ts'
import type { LeaseRef } from '../leases/claim-log.ts'
import { commitFile } from '../leases/commit-file.ts'
import { partPath, partShard } from '../run/paths.ts'
import { knownState } from './known-states.ts'
import type { PartState } from './part-state.ts'

const Footer = z.object({
  'twinstill.fingerprint': z.string(),
  'twinstill.digest': z.string(),
  'twinstill.counts': z.string(),
})

/**
 * What a part's footer says; `undefined` when the part does not exist or cannot be read, its counts included, so that it is
 * made (again): only the journal cannot be made again.
 */
export async function partState<Kind extends PartKind>(
  runFolder: string,
  kind: Kind,
  shard: number,
): Promise<PartState<Kind> | undefined> {
  const path = partPath(runFolder, kind, shard)
  return knownState({ runFolder, kind, path }, () => readState(kind, path))
}

async function readState<Kind extends PartKind>(
  kind: Kind,
  path: string,
): Promise<PartState<Kind> | undefined> {
  let metadata
  try {
    metadata = await readParquetMetadata(path)
  } catch (error) {
    if (error instanceof RunError) return undefined
    throw error
  }
  const footer = Footer.safeParse(metadata.keyValue).data
  const counts = parts[kind].counts.safeParse(parseJson(footer?.['twinstill.counts'])).data
  if (!footer || !counts) return undefined
  const state = {
    kind,
    fingerprint: footer['twinstill.fingerprint'],
    digest: footer['twinstill.digest'],
    rows: metadata.rows,
    counts,
  }
  // The schema that parsed the counts is that of `kind`, which TypeScript does not follow.
  return state as PartState<Kind>
}

/**
 * Writes a part whole or not at all, in place of a stale one.
 *
 * @param part.counts called when all rows have been written, so that it may count while they pass
 * @param part.lease the claim of the shard: the part gets its name only if nobody else has claimed the shard since
 * @param part.row the kind's schema with the columns that the kind leaves open
 */
export async function writePart<Kind extends PartKind>(
  runFolder: string,
  kind: Kind,
  shard: number,
  part: {
    rows: AsyncIterable<PartRow<Kind>> | Iterable<PartRow<Kind>>
    fingerprint: string
    counts: () => PartCounts<Kind>
    row?: (typeof parts)[Kind]['row']
    lease?: LeaseRef | undefined
  },
): Promise<void> {
  const path = partPath(runFolder, kind, shard)
  const { counts, per, key, ...definition }: PartDefinition = parts[kind]
  const schema: z.ZodObject = part.row ?? definition.row
  await makeLastFolders(dirname(path), 1).catch((error: unknown) => {
    throw writeError(path, error)
  })
  let digest = ''
  const { lease, fingerprint } = part
  await writeParquet({
    path,
    ...(lease && {
      decide: (temporary: string) => commitFile(runFolder, lease, { temporary, path, fingerprint, digest }),
    }),
    schema,
    rows: part.rows,
    replace: true,
    sealed: true,
    idColumns: per === 'sample' ? [key, 'problem_id'] : [key],
    metadata(written) {
      digest = written.digest
      return {
        'twinstill.fingerprint': fingerprint,
        'twinstill.digest': digest,
        'twinstill.counts': JSON.stringify(counts.parse(part.counts())),
      }
    },
  })
}

/** Removes the parts of all shards from this number on: those of a run that was cut into more of them before. */
export async function removePartsFrom(runFolder: string, shards: number): Promise<void> {
  for (const kind of partKinds) {
    for (const name of await namesIn(join(runFolder, kind)))
      if ((partShard(name) ?? -1) >= shards) await remove(join(runFolder, kind, name))
  }
}

/** Rows of a part by their numbers in it, from 0; all unless given; and when its bytes are held against their checksum. */
type PartRange = { rowStart?: number; rowEnd?: number; seal?: 'always' | 'once' }

/**
 * The rows of a part in order, all columns or some, a row group at a time.
 *
 * @throws RunError when it is missing, damaged or has other columns than its kind
 */
export function readPart<Kind extends PartKind, Column extends PartColumn<Kind> = PartColumn<Kind>>(
  runFolder: string,
  kind: Kind,
  shard: number,
  columns?: readonly Column[],
  range?: PartRange,
): AsyncGenerator<Pick<PartRow<Kind>, Column>> {
  // The columns are checked against those that the kind declares, so its rows are these.
  const rows: unknown = partRows(runFolder, kind, shard, columns ?? partColumns(kind), range)
  return rows as AsyncGenerator<Pick<PartRow<Kind>, Column>>
}

/** The same for a kind that is not known at compile time. */
export async function* partRows(
  runFolder: string,
  kind: PartKind,
  shard: number,
  columns: readonly string[],
  range: PartRange = {},
): AsyncGenerator<Record<string, unknown>, undefined> {
  const path = partPath(runFolder, kind, shard)
  try {
    yield* readParquetRows(path, { columns, declared: parts[kind].row, ...range })
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    throw new RunError(
      `the part ${path} is damaged (${error.message}); delete it and run \`distill\` again: it is made again from the journal and nothing is asked twice`,
      { cause: error },
    )
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    // The caller takes what does not parse for a part that cannot be read.
    return undefined
  }
}
