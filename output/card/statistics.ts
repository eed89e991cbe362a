import { join } from 'node:path'
import { hashOf } from '../../schemas/canonical.ts'
import type { Manifest, ManifestFile } from '../dataset/manifest.ts'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { StoredColumn } from '../../store/parquet/stored-columns.ts'
import { openDistributions, type CountRow, type Distributions } from './distributions.ts'
import { addTo, lengthsOf } from './tally.ts'
import type { Lengths, Tally } from './tally.ts'

/** One way in which rows were made: members of `teacherFacts`, as JSON text, so that equal ones count together. */
export const teacherFacts = [
  'teacher',
  'model',
  'revision',
  'served_model',
  'provider',
  'mode',
  'switch',
  'effort',
  'sampling',
  'tokenizer',
] as const

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
  /** `[source, license]` as JSON text. */
  sources: Tally
  distributions: Distributions
  /** The shortest of the first rows, null when there is none. */
  example: Row | null
}

/** Reads the narrow columns of every shard, and of the first one the rows among which the example is found. */
export async function collectStatistics(
  datasetFolder: string,
  manifest: Manifest,
): Promise<ConfigurationStatistics[]> {
  const names = [...new Set(manifest.files.map((file) => file.config))]
  const statistics: ConfigurationStatistics[] = []
  for (const name of names) {
    const files = manifest.files.filter((file) => file.config === name)
    statistics.push(await collectConfiguration(datasetFolder, name, files))
  }
  return statistics
}

async function collectConfiguration(
  datasetFolder: string,
  name: string,
  files: readonly ManifestFile[],
): Promise<ConfigurationStatistics> {
  const paths = files.map((file) => join(datasetFolder, file.path))
  const { columns } = await readParquetMetadata(paths[0]!)
  const { distributions, count } = openDistributions()
  const statistics: ConfigurationStatistics = {
    name,
    shards: files.length,
    digest: hashOf(files.map(({ digest }) => digest)),
    rows: 0,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    columns,
    tokens: new Map(),
    teachers: new Map(),
    verdicts: new Map(),
    verdictSources: new Map(),
    tasks: new Map(),
    domains: new Map(),
    sources: new Map(),
    distributions,
    example: await shortestRow(paths[0]!),
  }
  const lengths = new Map<string, Map<number, number>>()
  for (const path of paths) {
    for await (const row of readParquetRows(path, { columns: narrowColumns(columns) })) {
      countRow(row, { statistics, lengths, count })
    }
  }
  for (const [label, counts] of lengths) statistics.tokens.set(label, lengthsOf(counts))
  return statistics
}

const rowColumns = new Set([
  'pair_id',
  'task',
  'domain',
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

function countRow(
  row: Row,
  {
    statistics,
    lengths,
    count,
  }: { statistics: ConfigurationStatistics; lengths: Map<string, Map<number, number>>; count: CountRow },
): void {
  statistics.rows += 1
  if (typeof row['task'] === 'string') addTo(statistics.tasks, row['task'])
  if (typeof row['domain'] === 'string') addTo(statistics.domains, row['domain'])
  if ('source' in row) addTo(statistics.sources, JSON.stringify([row['source'], row['license'] ?? '']))
  const traces = tracesOf(row)
  count(row, traces)
  for (const [label, trace] of traces) {
    if (typeof trace['verdict'] === 'string') addTo(statistics.verdicts, trace['verdict'])
    if (typeof trace['verdict_source'] === 'string') addTo(statistics.verdictSources, trace['verdict_source'])
    addTo(statistics.teachers, JSON.stringify(teacherFacts.map((fact) => trace[fact] ?? null)))
    const tokens = trace['num_tokens']
    if (typeof tokens !== 'number') continue
    const counts = lengths.get(label) ?? new Map<number, number>()
    lengths.set(label, counts.set(tokens, (counts.get(tokens) ?? 0) + 1))
  }
}

/** The answers that a row holds: the row itself, or one for each `…_meta` struct. */
function tracesOf(row: Row): [label: string, trace: Row][] {
  if ('teacher' in row) return [['', row]]
  return Object.entries(row)
    .filter(([name]) => name.endsWith('_meta'))
    .map(([name, trace]) => [name.slice(0, -'_meta'.length), trace as Row])
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
