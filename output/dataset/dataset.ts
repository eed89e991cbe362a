import { join } from 'node:path'
import type { Arm } from '../../schemas/arm.ts'
import { RunError } from '../../schemas/errors.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import { writeError } from '../../store/files/disk-error.ts'
import { makeFolder, namesIn } from '../../store/files/entries.ts'
import type { ParquetLibrary } from '../../store/parquet/group-writer.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { isWithdrawn, readableBy } from '../exports/export.ts'
import type { Export, ProblemGroup } from '../exports/export.ts'
import { arranged } from './arranged.ts'
import { openConfiguration } from './configuration.ts'
import type { Configuration } from './configuration.ts'
import type { ManifestFile } from './manifest.ts'
import { defaultShardBytes, rowBytes } from './shards.ts'

export type WriteShardsOptions = {
  /** The dataset folder; its `data/` must be empty or not be there, so that no older shard is taken for one of these. */
  folder: string
  arms: readonly Arm[]
  exports: readonly Export[]
  /** Every problem with all its samples, or at least with those that the exports read; in their final order, read once. */
  groups: Iterable<ProblemGroup> | AsyncIterable<ProblemGroup>
  /** Uncompressed bytes of one shard, 256 MB unless given. */
  shardBytes?: number
  /** The library that writes the shards, hyparquet-writer unless given. */
  library?: ParquetLibrary
  /** Further key-value entries for every footer. */
  metadata?: Record<string, string>
}

/** What the manifest records about every configuration, and about every file in the order of configurations and shards. */
export type WrittenShards = { exports: WrittenExport[]; files: ManifestFile[] }

/**
 * Configurations whose shards are cut together: all that are matched, or one that is not. Each problem counts with the
 * bytes of its largest rows in any of them. A shard is full when one more problem would make it larger than `shardBytes`;
 * a single problem that is larger than that gets a shard of its own.
 */
type Cut = { configurations: Configuration[]; bytes: number }

/**
 * Writes the shards of every configuration in one pass over the problems. Matched configurations have the same
 * boundaries, order and pairs. Memory does not grow with the number of problems: at most one row group of every
 * configuration is held.
 */
export async function writeShards(options: WriteShardsOptions): Promise<WrittenShards> {
  const { folder, arms, exports, groups, shardBytes = defaultShardBytes } = options
  await checkEmpty(join(folder, 'data'))
  await using opened = new AsyncDisposableStack()
  const configurations = exports.map((one) =>
    opened.adopt(openArranged(one, options, shardBytes), (configuration) => configuration.close()),
  )
  const withdrawn = new Map<string, number>()
  const cuts: Cut[] = [
    configurations.filter((one) => one.export.matched),
    ...configurations.filter((one) => !one.export.matched).map((one) => [one]),
  ].map((together) => ({ configurations: together, bytes: 0 }))
  try {
    for await (const group of groups)
      if (isWithdrawn(group)) countWithdrawn(configurations, group, withdrawn)
      else for (const cut of cuts) await addGroup(cut, group, arms, shardBytes)
    const written: WrittenShards = { exports: [], files: [] }
    for (const configuration of configurations) {
      written.files.push(...(await configuration.finish()))
      const left = withdrawn.get(configuration.export.name)
      written.exports.push({ ...configuration.entry(), ...(left !== undefined && { withdrawn: left }) })
    }
    return written
  } catch (error) {
    throw writeError(folder, error)
  }
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

async function addGroup(
  cut: Cut,
  group: ProblemGroup,
  arms: readonly Arm[],
  shardBytes: number,
): Promise<void> {
  const given = cut.configurations.flatMap((configuration) => {
    const readable = readableBy(configuration.export, group)
    return readable ? [{ configuration, readable, rows: rowsOf(configuration.export, readable, arms) }] : []
  })
  const bytes = Math.max(0, ...given.map(({ rows }) => rows.reduce((sum, row) => sum + rowBytes(row), 0)))
  if (cut.bytes > 0 && cut.bytes + bytes > shardBytes) {
    for (const configuration of cut.configurations) await configuration.endShard()
    cut.bytes = 0
  }
  cut.bytes += bytes
  for (const { configuration, readable, rows } of given) await configuration.add(readable, rows)
}

/** Counts what every configuration would have been given of a pair that reviewers took out. */
function countWithdrawn(
  configurations: readonly Configuration[],
  group: ProblemGroup,
  withdrawn: Map<string, number>,
): void {
  for (const { export: one } of configurations) {
    const samples = readableBy(one, group)?.samples.length ?? 0
    if (samples > 0) withdrawn.set(one.name, (withdrawn.get(one.name) ?? 0) + samples)
  }
}

function rowsOf(one: Export, group: ProblemGroup, arms: readonly Arm[]): Row[] {
  const rows = one.rows(group, arms)
  if (!one.matched || rows.length === 1) return rows
  throw new Error(
    `the export ${one.name} gives ${rows.length} rows for the pair ${group.problem.id}; a matched one gives one row a pair`,
  )
}
