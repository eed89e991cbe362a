import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import { RunError } from '../../schemas/errors.ts'
import { arrowSchema } from '../../store/parquet/columns.ts'
import type { Exporter, MatchedPair } from '../exports/exporter.ts'
import { huggingfaceMetadata } from './features.ts'
import { schemaHash } from './manifest.ts'
import type { ManifestFile } from './manifest.ts'
import { readParquetMetadata } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import { cutShards, rowBytes, shardPath } from './shards.ts'
import type { ShardRange } from './shards.ts'

export type WriteShardsOptions = {
  /** The dataset folder; its `data/` must be empty or not be there, so that no older shard is taken for one of these. */
  folder: string
  arms: readonly Arm[]
  exporters: readonly Exporter[]
  /** Gives the pairs in their final order, the same every time it is called: once for the sizes, once a configuration. */
  pairs: () => Iterable<MatchedPair> | AsyncIterable<MatchedPair>
  /** Uncompressed bytes of one shard, 256 MB unless given. */
  shardBytes?: number
  /** Further key-value entries for every footer. */
  metadata?: Record<string, string>
}

/**
 * Writes the shards of every configuration: the same boundaries, order and pairs in all of them. Memory does not grow
 * with the number of pairs. Throws a RunError when the pairs come out differently the second time.
 *
 * @returns what the manifest records of every file, in the order of the configurations and shards
 */
export async function writeShards(options: WriteShardsOptions): Promise<ManifestFile[]> {
  await checkEmpty(join(options.folder, 'data'))
  const ranges = await cutShards(pairSizes(options), options.shardBytes)
  const files: ManifestFile[] = []
  for (const exporter of options.exporters) {
    const cursor = pairCursor(options.pairs())
    for (const [index, range] of ranges.entries()) {
      const path = shardPath(exporter.name, index, ranges.length)
      files.push(await writeShard(path, exporter, rowsOf(cursor, range, exporter, options.arms), options))
    }
    if ((await cursor.next()).done !== true) throw changed(exporter)
  }
  return files
}

async function checkEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const [first] = await readdir(folder)
  if (first === undefined) return
  throw new RunError(
    `cannot write the dataset: ${folder} already holds ${first}; remove it or choose another folder`,
  )
}

async function* pairSizes({ pairs, exporters, arms }: WriteShardsOptions): AsyncGenerator<number> {
  for await (const pair of pairs()) {
    const sizes = exporters.map((exporter) =>
      exporter.rows(pair, arms).reduce((sum, row) => sum + rowBytes(row), 0),
    )
    yield Math.max(0, ...sizes)
  }
}

/** One iterator for all shards of a configuration: `for await` over the pairs would close it at the end of the first. */
async function* pairCursor(
  pairs: Iterable<MatchedPair> | AsyncIterable<MatchedPair>,
): AsyncGenerator<MatchedPair> {
  yield* pairs
}

async function* rowsOf(
  cursor: AsyncGenerator<MatchedPair>,
  [start, end]: ShardRange,
  exporter: Exporter,
  arms: readonly Arm[],
): AsyncGenerator<Row> {
  for (let index = start; index < end; index++) {
    const next = await cursor.next()
    if (next.done === true) throw changed(exporter)
    yield* exporter.rows(next.value, arms)
  }
}

async function writeShard(
  path: string,
  exporter: Exporter,
  rows: AsyncGenerator<Row>,
  { folder, arms, metadata = {} }: WriteShardsOptions,
): Promise<ManifestFile> {
  const absolute = join(folder, path)
  await mkdir(dirname(absolute), { recursive: true })
  const schema = exporter.schema(arms)
  const written = await writeParquet({
    path: absolute,
    schema,
    rows,
    idColumns: ['id', 'pair_id'].filter((name) => name in schema.shape),
    metadata: { ...metadata, ...huggingfaceMetadata(arrowSchema(schema)) },
  })
  return {
    path,
    config: exporter.name,
    ...written,
    schema: schemaHash(await readParquetMetadata(absolute)),
  }
}

function changed(exporter: Exporter): RunError {
  return new RunError(
    `cannot write the dataset configuration ${exporter.name}: the pairs changed while they were written; start again`,
  )
}
