import { join } from 'node:path'
import Table from 'cli-table3'
import { readManifest } from '../../../output/dataset/manifest.ts'
import { readParquetRows } from '../../../store/parquet/read.ts'
import { sha256 } from '../../../schemas/canonical.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { printable } from '../../reporter/printable.ts'
import type { CommandIo } from '../io.ts'
import { readRun } from '../books/read-run.ts'

export type ShowOptions = { run?: string; count: number; seed: number; id?: string; full: boolean }

/** Lines of a column before a long trace is shortened in the middle. */
const columnLines = 40

type Row = Record<string, unknown>

/** Prints pairs of the dataset side by side: the same ones for the same seed. */
export async function showPairs(recipePath: string, options: ShowOptions, io: CommandIo): Promise<void> {
  const { context } = await readRun(recipePath, options, io)
  const folder = join(context.runFolder, 'dataset')
  const files = (await readManifest(folder)).files
    .filter((file) => file.config === 'pairs')
    .map((file) => join(folder, file.path))
  if (files.length === 0)
    throw new UsageError(
      `${folder} has no configuration \`pairs\`; add it to \`write.configs\` and run \`npm run write -- ${recipePath}\``,
    )
  const rows = await chooseRows(files, options)
  if (rows.length === 0)
    throw new UsageError(
      options.id === undefined
        ? `${folder} has no pairs; \`npm run status -- ${recipePath}\` tells why`
        : `${folder} has no pair whose id begins with ${options.id}`,
    )
  const columns = context.arms.map((arm) => arm.role.replaceAll('-', '_'))
  io.reporter.result(
    'pairs',
    rows,
    rows.map((row) => formatPair(row, columns, io.stdout.columns ?? 120, options.full)).join('\n\n'),
  )
}

/** The rows whose ids hash lowest with the seed: a fair draw that needs to hold no more rows than it returns. */
async function chooseRows(files: readonly string[], { count, seed, id }: ShowOptions): Promise<Row[]> {
  const chosen: { rank: string; file: string; index: number }[] = []
  for (const file of files) {
    let index = 0
    for await (const { pair_id } of readParquetRows(file, { columns: ['pair_id'] })) {
      const key = String(pair_id)
      if (id === undefined || key.startsWith(id)) chosen.push({ rank: sha256(`${seed} ${key}`), file, index })
      index += 1
      if (chosen.length > 4 * count + 64) chosen.sort(byRank).splice(count)
    }
  }
  const rows: Row[] = []
  for (const { file, index } of chosen.sort(byRank).slice(0, id === undefined ? count : 1)) {
    for await (const row of readParquetRows(file, { rowStart: index, rowEnd: index + 1 })) rows.push(row)
  }
  return rows
}

function byRank(a: { rank: string }, b: { rank: string }): number {
  return a.rank < b.rank ? -1 : 1
}

function formatPair(row: Row, columns: readonly string[], width: number, full: boolean): string {
  const columnWidth = Math.max(20, Math.floor((width - 1) / columns.length) - 1)
  const table = new Table({
    head: [...columns],
    colWidths: columns.map(() => columnWidth),
    wordWrap: true,
    style: { head: [], border: [] },
  })
  table.push(columns.map((column) => shorten(textOf(row[column]), columnWidth - 2, full)))
  return `${String(row['pair_id'])}\n${textOf(row['prompt'])}\n${table.toString()}`
}

function textOf(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function shorten(text: string, width: number, full: boolean): string {
  const limit = width * columnLines
  if (full || text.length <= limit) return text
  const head = Math.floor(limit * 0.6)
  return `${text.slice(0, head)}\n… ${text.length - limit} characters left out, --full shows them …\n${text.slice(text.length - (limit - head))}`
}
