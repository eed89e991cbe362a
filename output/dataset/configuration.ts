import { dirname, join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import { beginFile, syncFolder, type BegunFile } from '../../store/files/atomic.ts'
import { makeFolder } from '../../store/files/entries.ts'
import { arrowSchema } from '../../store/parquet/columns.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { readParquetMetadata } from '../../store/parquet/read.ts'
import { openParquet } from '../../store/parquet/row-writer.ts'
import type { ParquetFile, WrittenParquet } from '../../store/parquet/row-writer.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { readBack } from '../../store/parquet/read-back.ts'
import type { Export, ProblemGroup } from '../exports/export.ts'
import { huggingfaceMetadata } from './features.ts'
import { schemaHash } from './manifest.ts'
import type { ManifestFile } from './manifest.ts'
import { shardPath, unfinishedPath } from './shards.ts'

/** A configuration of a dataset that is being written, a shard at a time. */
export type Configuration = {
  export: Export
  /** Adds the rows that the export gives for a group to the shard that is being written. */
  add(group: Pick<ProblemGroup, 'samples'>, rows: readonly Row[]): Promise<void>
  /** The next rows begin another shard. */
  endShard(): Promise<void>
  /** Ends the last shard, which is empty where there are no rows at all, and gives all shards their names. */
  finish(): Promise<ManifestFile[]>
  /** What the manifest records about it. */
  entry(): WrittenExport
  /** Removes every shard that has not got its name. */
  close(): Promise<void>
}

type Shard = { begun: BegunFile; file: ParquetFile<RowSchema> }

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
  }: {
    folder: string
    arms: readonly Arm[]
    metadata?: Record<string, string>
    library?: ParquetLibrary
  },
): Configuration {
  const schema = one.schema(arms)
  const files: BegunFile[] = []
  const written: (Omit<WrittenParquet, 'columns'> & { schema: string; begun: BegunFile })[] = []
  const read = { groups: 0, samples: 0, rows: 0 }
  let shard: Shard | undefined

  async function openShard(): Promise<Shard> {
    const path = join(folder, unfinishedPath(one.name, written.length))
    await makeFolder(dirname(path))
    const begun = await beginFile(path)
    files.push(begun)
    const file = openParquet(begun.handle, {
      path,
      schema,
      library,
      idColumns: ['id', 'pair_id'].filter((name) => name in schema.shape),
      metadata: { ...metadata, ...huggingfaceMetadata(arrowSchema(schema)) },
    })
    return { begun, file }
  }

  async function endShard(): Promise<void> {
    if (!shard) return
    const { begun, file } = shard
    const { columns, ...content } = await file.finish()
    await begun.finish()
    shard = undefined
    const { temporary } = begun
    await readBack(temporary, temporary, arrowSchema(schema), { rows: content.rows, columns })
    written.push({ ...content, schema: schemaHash(await readParquetMetadata(temporary)), begun })
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
    endShard,
    async finish() {
      if (written.length === 0) shard ??= await openShard()
      await endShard()
      const entries: ManifestFile[] = []
      for (const [index, { begun, ...content }] of written.entries()) {
        const path = shardPath(one.name, index, written.length)
        await begun.publish(join(folder, path))
        entries.push({ path, config: one.name, ...content })
      }
      await syncFolder(dirname(join(folder, entries[0]!.path)))
      return entries
    },
    entry: () => ({
      name: one.name,
      version: one.version,
      reads: one.reads,
      matched: one.matched,
      ...read,
    }),
    async close() {
      for (const file of files) await file.discard()
    },
  }
}
