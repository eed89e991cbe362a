import { join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import { RunError } from '../../schemas/errors.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import { writeError } from '../../store/files/disk-error.ts'
import { makeFolder, namesIn } from '../../store/files/entries.ts'
import type { ParquetChunks, ParquetLibrary } from '../../store/parquet/group-writer.ts'
import type { Export, ProblemGroup } from '../exports/export.ts'
import { arranged } from './arranged.ts'
import { openConfiguration } from './configuration.ts'
import type { Configuration, RowCounter } from './configuration.ts'
import { openCut, type Cut } from './cut.ts'
import type { ManifestFile } from './manifest.ts'
import { defaultShardBytes } from './shards.ts'
import type { DatasetStretches } from './stretches.ts'

export type WriteShardsOptions = {
  /** The dataset folder; its `data/` must be empty or not be there, so that no older shard is taken for one of these. */
  folder: string
  arms: readonly Arm[]
  exports: readonly Export[]
  /** Every problem with all its samples, or at least with those that the exports read; in their final order, read once. */
  groups: Iterable<ProblemGroup> | AsyncIterable<ProblemGroup> | GroupPieces
  /** Uncompressed bytes of one shard, 256 MB unless given. */
  shardBytes?: number
  /** The library that writes the shards, hyparquet-writer unless given. */
  library?: ParquetLibrary
  /** Where pages and row groups end: by content where the library can, unless given. */
  chunks?: ParquetChunks
  /** Further key-value entries for every footer. */
  metadata?: Record<string, string>
  /** Counts rows, for each shard. */
  counter?: () => RowCounter
  /** A dataset that was made of these problems before, whose shards are taken over where they would be the same. */
  earlier?: EarlierDataset
}

/** The problems in pieces, which are read one by one, and only where something of them is to be written. */
type GroupPieces = {
  /** Of all that the problems of each piece are made from. */
  digests: readonly string[]
  groups: (piece: number) => AsyncIterable<ProblemGroup>
}

export type EarlierDataset = {
  folder: string
  stretches: DatasetStretches
  /** What a shard of an export depends on besides its problems. */
  fingerprint: (one: Export) => string
}

/** What the manifest records about every configuration, and about every file in the order of configurations and shards. */
export type WrittenShards = {
  exports: WrittenExport[]
  files: ManifestFile[]
  /** What the counter says of every file, and the paths of those that were taken over. */
  counts: Map<string, unknown>
  kept: Set<string>
  /** For the next dataset. */
  stretches: DatasetStretches
}

/**
 * Writes the shards of every configuration in one pass over the problems. Matched configurations have the same
 * boundaries, order and pairs. Memory does not grow with the number of problems: at most one row group of every
 * configuration is held. A dataset is the same whether shards were taken over or not.
 */
export async function writeShards(options: WriteShardsOptions): Promise<WrittenShards> {
  const { folder, exports, shardBytes = defaultShardBytes } = options
  await checkEmpty(join(folder, 'data'))
  await using opened = new AsyncDisposableStack()
  const configurations = exports.map((one) =>
    opened.adopt(openArranged(one, options, shardBytes), (configuration) => configuration.close()),
  )
  try {
    const pieces = piecesOf(options.groups)
    const cuts = await openCuts(configurations, { ...options, digests: pieces.digests, shardBytes })
    for (const piece of pieces.digests.keys()) {
      const needed = cuts.filter(({ cut }) => cut.needs(piece))
      if (needed.length === 0) continue
      let index = 0
      for await (const group of pieces.groups(piece)) {
        for (const { cut } of needed) await cut.add(group, [piece, index])
        index += 1
      }
    }
    for (const { cut } of cuts) await cut.finish()
    const cutOf = (one: Configuration): Cut => cuts.find(({ together }) => together.includes(one))!.cut
    const finished = configurations.flatMap((one) => cutOf(one).filesOf(one))
    return {
      exports: configurations.map((one) => one.entry()),
      files: finished.map(({ file }) => file),
      counts: new Map(finished.map(({ file, counts }) => [file.path, counts])),
      kept: new Set(finished.flatMap(({ file, isKept }) => (isKept ? [file.path] : []))),
      stretches: cuts.map(({ cut }) => cut.stretches()),
    }
  } catch (error) {
    throw writeError(folder, error)
  }
}

async function openCuts(
  configurations: readonly Configuration[],
  {
    arms,
    shardBytes,
    digests,
    earlier,
  }: Omit<WriteShardsOptions, 'shardBytes'> & { shardBytes: number } & Pick<GroupPieces, 'digests'>,
): Promise<{ together: readonly Configuration[]; cut: Cut }[]> {
  const cuts = []
  for (const together of [
    configurations.filter((one) => one.export.matched),
    ...configurations.filter((one) => !one.export.matched).map((one) => [one]),
  ].filter((one) => one.length > 0)) {
    const fingerprint = together.map((one) => earlier?.fingerprint(one.export) ?? '').join(' ')
    const cut = await openCut({ configurations: together, arms, shardBytes, digests, fingerprint, earlier })
    cuts.push({ together, cut })
  }
  return cuts
}

/** Problems that come from elsewhere are one piece. */
function piecesOf(groups: WriteShardsOptions['groups']): GroupPieces {
  if ('digests' in groups) return groups
  async function* all(): AsyncGenerator<ProblemGroup> {
    yield* groups as Exclude<typeof groups, GroupPieces>
  }
  return { digests: [''], groups: all }
}

function openArranged(one: Export, options: WriteShardsOptions, shardBytes: number): Configuration {
  const inner = openConfiguration(one, options)
  if (one.order === 'problems') return inner
  return arranged(inner, one.order, { folder: options.folder, shardBytes })
}

async function checkEmpty(folder: string): Promise<void> {
  await makeFolder(folder)
  const [first] = await namesIn(folder)
  if (first === undefined) return
  throw new RunError(
    `cannot write the dataset: ${folder} already holds ${first}; remove it or choose another folder`,
  )
}
