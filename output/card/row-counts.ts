import { z } from 'zod'
import type { Row } from '../../store/parquet/rows.ts'
import { addDistributions, noDistributions, openDistributions, StoredDistributions } from './distributions.ts'
import { addTo, type Tally } from './tally.ts'

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

const Counts = z.array(z.tuple([z.string(), z.int()])).transform((entries): Tally => new Map(entries))

/** What the card says of rows, as it is added up over shards, from the form in which `countRows` gives it for storing. */
export const RowCounts = z.object({
  rows: z.int(),
  /** How many answers have each length, by teacher column (`''` where rows have one). */
  tokens: z
    .array(z.tuple([z.string(), z.array(z.tuple([z.int(), z.int()]))]))
    .transform((columns) => new Map(columns.map(([label, counts]) => [label, new Map(counts)]))),
  teachers: Counts,
  verdicts: Counts,
  /** What the verdicts rest on. */
  verdictSources: Counts,
  tasks: Counts,
  domains: Counts,
  /** `area/format`; none where rows do not say it. */
  cells: Counts.prefault([]),
  /** `[source, license]` as JSON text. */
  sources: Counts,
  distributions: StoredDistributions,
})
export type RowCounts = z.output<typeof RowCounts>

const tallies = ['teachers', 'verdicts', 'verdictSources', 'tasks', 'domains', 'cells', 'sources'] as const

export function emptyCounts(): RowCounts {
  return {
    rows: 0,
    tokens: new Map(),
    teachers: new Map(),
    verdicts: new Map(),
    verdictSources: new Map(),
    tasks: new Map(),
    domains: new Map(),
    cells: new Map(),
    sources: new Map(),
    distributions: noDistributions(),
  }
}

/** Adds further counts to some. */
export function addCounts(all: RowCounts, more: RowCounts): void {
  all.rows += more.rows
  addDistributions(all.distributions, more.distributions)
  for (const name of tallies)
    for (const [value, count] of more[name]) all[name].set(value, (all[name].get(value) ?? 0) + count)
  for (const [label, counts] of more.tokens) {
    const own = all.tokens.get(label) ?? new Map<number, number>()
    for (const [tokens, count] of counts) own.set(tokens, (own.get(tokens) ?? 0) + count)
    all.tokens.set(label, own)
  }
}

/** Counts rows of one configuration as they are stored. */
export function countRows(): {
  add: (row: Row) => void
  counts: () => RowCounts
  /** As JSON has them. */
  stored: () => unknown
} {
  const { distributions, count } = openDistributions()
  const all = { ...emptyCounts(), distributions }
  return {
    add(row) {
      all.rows += 1
      if (typeof row['task'] === 'string') addTo(all.tasks, row['task'])
      if (typeof row['domain'] === 'string') addTo(all.domains, row['domain'])
      if (typeof row['area'] === 'string') addTo(all.cells, `${row['area']}/${String(row['format'])}`)
      if ('source' in row) addTo(all.sources, JSON.stringify([row['source'], row['license'] ?? '']))
      const traces = tracesOf(row)
      count(row, traces)
      for (const [label, trace] of traces) {
        if (typeof trace['verdict'] === 'string') addTo(all.verdicts, trace['verdict'])
        if (typeof trace['verdict_source'] === 'string') addTo(all.verdictSources, trace['verdict_source'])
        addTo(all.teachers, JSON.stringify(teacherFacts.map((fact) => trace[fact] ?? null)))
        const tokens = trace['num_tokens']
        if (typeof tokens !== 'number') continue
        const counts = all.tokens.get(label) ?? new Map<number, number>()
        all.tokens.set(label, counts.set(tokens, (counts.get(tokens) ?? 0) + 1))
      }
    },
    counts: () => all,
    stored: () => withoutMaps(all),
  }
}

/** The answers that a row holds: the row itself, or one for each `…_meta` struct. */
function tracesOf(row: Row): [label: string, trace: Row][] {
  if ('teacher' in row) return [['', row]]
  return Object.entries(row)
    .filter(([name]) => name.endsWith('_meta'))
    .map(([name, trace]) => [name.slice(0, -'_meta'.length), trace as Row])
}

/** Maps as lists of their entries. */
function withoutMaps(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([key, member]) => [key, withoutMaps(member)])
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutMaps(member)]))
}
