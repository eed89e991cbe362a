import { dirname, join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import { beginFile, linkFile, syncFolder, type BegunFile } from '../../store/files/atomic.ts'
import { makeFolder } from '../../store/files/entries.ts'
import { arrowSchema } from '../../store/parquet/columns.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { ParquetChunks, ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { readParquetMetadata } from '../../store/parquet/read.ts'
import { openParquet } from '../../store/parquet/row-writer.ts'
import type { ParquetFile } from '../../store/parquet/row-writer.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { readBack } from '../../store/parquet/read-back.ts'
import type { Export, ProblemGroup } from '../exports/export.ts'
import { huggingfaceMetadata } from './features.ts'
import { schemaHash } from './manifest.ts'
import type { ManifestFile } from './manifest.ts'
import { shardPath, unfinishedPath } from './shards.ts'
import type { Stretch } from './stretches.ts'

/** A configuration of a dataset that is being written, a shard at a time. */
export type Configuration = {
  export: Export
  /** Adds the rows that the export gives for a group to the shard that is being written. */
  add(group: Pick<ProblemGroup, 'samples'>, rows: readonly Row[]): Promise<void>
  /** Counts samples that are left out because reviewers rejected their pair. */
  withdraw(samples: number): void
  /** The next rows begin another shard. */
  endShard(): Promise<void>
  /** Takes over the shards that a stretch of problems has in an older dataset; no shard is being written. */
  keep(folder: string, stretch: Kept): void
  /** How many shards are ended or taken over; all of them when it is finished. */
  files(): number
  /** Ends the last shard, which is empty where there are no rows at all, and gives all shards their names. */
  finish(): Promise<FinishedFile[]>
  /** What the manifest records about it. */
  entry(): WrittenExport
  /** Removes every shard that has not got its name. */
  close(): Promise<void>
}

/** A shard as the manifest has it, and what was counted of its rows. */
export type FinishedFile = { file: ManifestFile; counts: unknown; isKept: boolean }

type Kept = Stretch['configurations'][string]

/** Counts something of the rows of a shard, in the form in which they are stored. */
export type RowCounter = { add(row: Row): void; counts(): unknown }

/** A whole shard that has not got its name yet. */
type Ended = {
  content: Omit<ManifestFile, 'path' | 'config'>
  counts: unknown
  isKept: boolean
  publish: (path: string) => Promise<void>
}

type Shard = { begun: BegunFile; file: ParquetFile<RowSchema>; counter: RowCounter | undefined }

/**
 * Opens a configuration in a dataset folder. The name of a shard says how many there are, so each is written under a
 * temporary name, on disk and read back before the next one is begun.
 */
export function openConfiguration(
  one: Export,
  {
    folder,
    arms,
    metadata = {},
    library = 'hyparquet-writer',
    counter: openCounter,
    chunks = library === 'parquetjs-lite' ? 'plain' : 'content',
  }: {
    folder: string
    arms: readonly Arm[]
    metadata?: Record<string, string>
    library?: ParquetLibrary
    counter?: () => RowCounter
    chunks?: ParquetChunks
  },
): Configuration {
  const schema = one.schema(arms)
  const files: BegunFile[] = []
  const ended: Ended[] = []
  const read = { groups: 0, samples: 0, rows: 0 }
  let withdrawn = 0
  let shard: Shard | undefined

  async function openShard(): Promise<Shard> {
    const path = join(folder, unfinishedPath(one.name, ended.length))
    await makeFolder(dirname(path))
    const begun = await beginFile(path)
    files.push(begun)
    const counter = openCounter?.()
    const file = openParquet(begun.handle, {
      path,
      schema,
      library,
      chunks,
      idColumns: ['id', 'pair_id'].filter((name) => name in schema.shape),
      metadata: { ...metadata, ...huggingfaceMetadata(arrowSchema(schema)) },
      ...(counter && { onRow: (row) => counter.add(row) }),
    })
    return { begun, file, counter }
  }

  async function endShard(): Promise<void> {
    if (!shard) return
    const { begun, file, counter } = shard
    const content = await file.finish()
    await begun.finish()
    shard = undefined
    const { temporary } = begun
    await readBack(temporary, temporary, arrowSchema(schema), content)
    ended.push({
      content: { ...content, schema: schemaHash(await readParquetMetadata(temporary)) },
      counts: counter?.counts(),
      isKept: false,
      publish: (path) => begun.publish(path),
    })
  }

  return {
    export: one,
    async add({ samples }, rows) {
      read.groups += 1
      read.samples += samples.length
      read.rows += rows.length
      if (rows.length === 0) return
      shard ??= await openShard()
      for (const row of rows) {
        const flushed = shard.file.add(row)
        if (flushed) await flushed
      }
    },
    withdraw(samples) {
      withdrawn += samples
    },
    endShard,
    keep(from, { groups, samples, rows, withdrawn: left, files: kept, counts }) {
      withdrawn += left
      read.groups += groups
      read.samples += samples
      read.rows += rows
      for (const [index, { path, config: _, ...content }] of kept.entries())
        ended.push({
          content,
          counts: counts[index],
          isKept: true,
          publish: (to) => linkFile(join(from, path), to),
        })
    },
    files: () => ended.length,
    async finish() {
      if (ended.length === 0) shard ??= await openShard()
      await endShard()
      const finished: FinishedFile[] = []
      for (const [index, { content, counts, isKept, publish }] of ended.entries()) {
        const path = shardPath(one.name, index, ended.length)
        await makeFolder(dirname(join(folder, path)))
        await publish(join(folder, path))
        finished.push({ file: { path, config: one.name, ...content }, counts, isKept })
      }
      await syncFolder(dirname(join(folder, finished[0]!.file.path)))
      return finished
    },
    entry: () => ({
      name: one.name,
      version: one.version,
      reads: one.reads,
      matched: one.matched,
      ...read,
      ...(withdrawn > 0 && { withdrawn }),
    }),
    async close() {
      for (const file of files) await file.discard()
    },
  }
}
