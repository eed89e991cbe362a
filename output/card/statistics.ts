import { join } from 'node:path'
import { hashOf } from '../../schemas/canonical.ts'
import type { Manifest, ManifestFile } from '../dataset/manifest.ts'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { StoredColumn } from '../../store/parquet/stored-columns.ts'
import type { Distributions } from './distributions.ts'
import { addCounts, countRows, emptyCounts, RowCounts, teacherFacts } from './row-counts.ts'
import { lengthsOf } from './tally.ts'
import type { Lengths, Tally } from './tally.ts'

/** What the shards of one configuration hold, counted from the shards. */
export type ConfigurationStatistics = {
  name: string
  shards: number
  /** Of the rows of all shards, whatever their encoding. */
  digest: string
  rows: number
  bytes: number
  columns: StoredColumn[]
  /** Lengths of reasoning and answer together by teacher column (`''` where rows have one), empty where not recorded. */
  tokens: Map<string, Lengths>
  teachers: Tally
  verdicts: Tally
  /** What the verdicts rest on. */
  verdictSources: Tally
  tasks: Tally
  domains: Tally
  /** `area/format`; empty where rows do not say it. */
  cells: Tally
  /** `[source, license]` as JSON text. */
  sources: Tally
  distributions: Distributions
  /** The shortest of the first rows, null when there is none. */
  example: Row | null
}

/**
 * Reads the narrow columns of every shard, and of the first one the rows among which the example is found.
 *
 * @param known what `countRows` gave for shards when they were written, by their paths; these are not read
 */
export async function collectStatistics(
  datasetFolder: string,
  manifest: Manifest,
  known: ReadonlyMap<string, unknown> = new Map(),
): Promise<ConfigurationStatistics[]> {
  const names = [...new Set(manifest.files.map((file) => file.config))]
  const statistics: ConfigurationStatistics[] = []
  for (const name of names) {
    const files = manifest.files.filter((file) => file.config === name)
    statistics.push(await collectConfiguration(datasetFolder, { name, files }, known))
  }
  return statistics
}

async function collectConfiguration(
  datasetFolder: string,
  { name, files }: { name: string; files: readonly ManifestFile[] },
  known: ReadonlyMap<string, unknown>,
): Promise<ConfigurationStatistics> {
  const pathOf = (file: ManifestFile): string => join(datasetFolder, file.path)
  const { columns } = await readParquetMetadata(pathOf(files[0]!))
  const all = emptyCounts()
  for (const file of files) {
    const { data } = RowCounts.safeParse(known.get(file.path))
    addCounts(all, data ?? (await readCounts(pathOf(file), columns)))
  }
  return {
    name,
    shards: files.length,
    digest: hashOf(files.map(({ digest }) => digest)),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    columns,
    ...all,
    tokens: new Map([...all.tokens].map(([label, counts]) => [label, lengthsOf(counts)])),
    example: await shortestRow(pathOf(files[0]!)),
  }
}

async function readCounts(path: string, columns: readonly StoredColumn[]): Promise<RowCounts> {
  const counter = countRows()
  for await (const row of readParquetRows(path, { columns: narrowColumns(columns) })) counter.add(row)
  return counter.counts()
}

const rowColumns = new Set([
  'pair_id',
  'task',
  'domain',
  'area',
  'format',
  'source',
  'license',
  'verdict',
  'verdict_source',
  'correct',
  'checked',
  'num_tokens',
  ...teacherFacts,
])

function narrowColumns(columns: readonly StoredColumn[]): string[] {
  return columns.map((column) => column.name).filter((name) => rowColumns.has(name) || name.endsWith('_meta'))
}

/** Rows among which the example of a configuration is looked for. */
const exampleRows = 100

async function shortestRow(path: string): Promise<Row | null> {
  let shortest: Row | null = null
  let length = Infinity
  for await (const row of readParquetRows(path, { rowEnd: exampleRows })) {
    const candidate = JSON.stringify(row).length
    if (candidate >= length) continue
    shortest = row
    length = candidate
  }
  return shortest
}
