import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'
import type { FileRow, FilterFiles } from '../filter.ts'
import {
  type BenchmarkHit,
  type BenchmarkItem,
  type BenchmarkRules,
  openBenchmarkIndex,
} from './benchmark-index.ts'
import { comparableWords } from './comparable.ts'
import { indelRatio, mayReach } from './indel.ts'

const Benchmark = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      'JSONL, CSV or Parquet file, relative to the working folder, or of the Hub at a commit: hub:ORG/NAME@COMMIT/PATH',
    ),
  revision: z.string().default('').describe('which edition the file is; recorded with every hit'),
  text: z.string().optional().describe('column of the text; unset: problem, question or prompt'),
  id: z.string().optional().describe('column of the id; unset: id or unique_id, else the number of the row'),
})

/** The options that say which benchmarks there are and what counts as a match. */
export const benchmarkOptions = {
  benchmarks: z
    .record(z.string(), Benchmark)
    .default({})
    .describe('files of benchmarks by the name under which hits are recorded'),
  ngram: z.int().min(2).max(64).default(13).describe('words of a shared run'),
  words: z
    .enum(['plain', 'spaces'])
    .default('plain')
    .describe(
      'what a word is: runs of letters or digits in lower case, LaTeX layout left out (plain), or what stands between white space (spaces)',
    ),
  without_digits: z
    .boolean()
    .default(true)
    .describe('whether runs are also looked for with numbers left out, so that changed ones hide nothing'),
  short_items: z
    .boolean()
    .default(true)
    .describe('whether an item of fewer words than a run is looked for as a whole'),
  stripped: z
    .boolean()
    .default(true)
    .describe('whether digits and punctuation are stripped and the rest compared'),
}

type Options = Pick<z.infer<z.ZodObject<typeof benchmarkOptions>>, 'benchmarks'> & BenchmarkRules

/** The files that the options name. */
export function benchmarkFiles({ benchmarks }: Pick<Options, 'benchmarks'>): string[] {
  return Object.values(benchmarks).map(({ file }) => file)
}

/** Benchmarks that were read and indexed. */
export type Benchmarks = {
  find(text: string): BenchmarkHit[]
  items: readonly (BenchmarkItem & { folded: string })[]
  revisions: Readonly<Record<string, string>>
}

/** What was made of the same files and options before; building it again for every shard would take longer than its work. */
const made = new WeakMap<FilterFiles, Map<string, Benchmarks>>()

/** @throws UsageError when a file has no column with the text of its items */
export function benchmarksOf(options: Options, files: FilterFiles): Benchmarks {
  const { benchmarks, ngram, words, without_digits, short_items, stripped } = options
  const rules = { ngram, words, without_digits, short_items, stripped }
  const key = JSON.stringify([benchmarks, rules])
  const ofFiles = made.get(files) ?? new Map<string, Benchmarks>()
  made.set(files, ofFiles)
  const known = ofFiles.get(key)
  if (known) return known
  const items = Object.entries(benchmarks).flatMap(([name, { file, text, id }]) => {
    const rows = files(file)
    if (rows.length === 0)
      throw new UsageError(
        `filter: benchmarks.${name}: ${file} has no row, so nothing would be found; name the file with its items`,
      )
    return rows.map((row, index) => {
      const found = textOf(row, text)
      if (found === undefined)
        throw new UsageError(
          `filter: benchmarks.${name}: row ${index + 1} of ${file} has no text${text === undefined ? ' in problem, question or prompt; name its column in `text`' : ` in ${text}`}; it has ${Object.keys(row).join(', ')}`,
        )
      return {
        benchmark: name,
        id: idOf(row, id) ?? String(index + 1),
        text: found,
        folded: comparableWords(found).join(' '),
      }
    })
  })
  const benchmark = {
    find: openBenchmarkIndex(items, rules),
    items,
    revisions: Object.fromEntries(Object.entries(benchmarks).map(([name, { revision }]) => [name, revision])),
  }
  ofFiles.set(key, benchmark)
  return benchmark
}

/** The item that a prompt is most like by Indel similarity of their words, from a bound on. */
export function mostSimilar(prompt: string, { items }: Benchmarks, least: number): BenchmarkHit | undefined {
  const folded = comparableWords(prompt).join(' ')
  let best: BenchmarkHit | undefined
  for (const item of items) {
    const bound = best?.value ?? least
    if (!mayReach(folded, item.folded, bound)) continue
    const value = indelRatio(folded, item.folded)
    if (value < bound || (best && value === best.value)) continue
    best = { item, rule: 'indel', value, start: 0, end: prompt.length }
  }
  return best
}

function textOf(row: FileRow, column: string | undefined): string | undefined {
  for (const name of column === undefined
    ? ['problem', 'question', 'prompt', 'Question', 'Problem']
    : [column]) {
    const value = row[name]
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  return undefined
}

function idOf(row: FileRow, column: string | undefined): string | undefined {
  for (const name of column === undefined ? ['id', 'unique_id', 'ID'] : [column]) {
    const value = row[name]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
      return String(value)
  }
  return undefined
}
