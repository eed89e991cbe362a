import { UsageError } from '../../../schemas/errors.ts'
import { Mode } from '../../../schemas/arm.ts'
import { isBadRow } from '../../../problems/rows.ts'
import { readRows } from '../../../problems/files/read-rows.ts'
import { type FileSummary, formatSummaries, formatTrace } from './format.ts'
import { type Inspected, inspectTrace } from './inspect-trace.ts'
import { recordedIn } from '../../stages/generate/import/recorded.ts'
import { tally } from '../../../schemas/counts.ts'
import { firstWarnings } from '../../reporter/first-warnings.ts'
import type { CommandIo } from '../io.ts'

export type InspectOptions = { field?: string; mode?: string; limit?: number; summary: boolean }

/**
 * Reads recorded traces from JSON Lines, CSV or Parquet files and says of each how it is split into reasoning and answer,
 * how it ended and everything that is wrong with it; then a summary of each file. It changes nothing and sends no request.
 *
 * @throws UsageError when a file is missing or no row of any holds a trace
 */
export async function inspectFiles(files: string[], options: InspectOptions, io: CommandIo): Promise<void> {
  const { reporter, stdin, cwd } = io
  const mode = modeOf(options.mode)
  const summaries = new Map<string, FileSummary>()
  const warnings = firstWarnings(reporter)
  const said = new Set<string>()
  let alike = 0
  // A file often has rows of several kinds, of which some hold no trace by their nature.
  const skip = (position: string, message: string): void => {
    const kind = `${fileOf(position)}: ${message}`
    if (said.has(kind)) alike += 1
    else warnings.warn(`${position}: ${message}`)
    said.add(kind)
  }
  const limit = options.limit === undefined ? {} : { limit: options.limit }
  for await (const row of rowsOf(readRows({ files, format: 'auto', ...limit }, { stdin, cwd }))) {
    if (isBadRow(row)) {
      skip(row.position, row.message)
      continue
    }
    const summary = summaryOf(summaries, fileOf(row.position))
    summary.rows += 1
    const recorded = recordedIn(row.row, options.field)
    if (recorded.length === 0)
      skip(row.position, `no trace in the columns ${Object.keys(row.row).join(', ')}; name one with --field`)
    for (const each of recorded) {
      const trace = inspectTrace(each, mode)
      count(summary, trace)
      if (!options.summary)
        reporter.result(
          'trace',
          { position: row.position, ...trace },
          `${formatTrace(row.position, trace)}\n`,
        )
    }
  }
  if (alike > 0) reporter.warn(`${alike} more rows without a trace for the same reason`)
  warnings.finish((more) => `${more} more rows without a trace`)
  const all = [...summaries.values()]
  if (all.every(({ traces }) => traces === 0))
    throw new UsageError('no row holds a trace; name its column with --field, a dot reaches inside')
  reporter.result('summary', all, formatSummaries(all))
}

/** The readers' messages name the recipe's key, and this command has no recipe. */
async function* rowsOf<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  try {
    yield* rows
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.message.replace(/^problems\.files: /u, ''), { cause: error })
  }
}

function modeOf(mode: string | undefined): Mode | undefined {
  if (mode === undefined) return undefined
  const parsed = Mode.safeParse(mode)
  if (parsed.success) return parsed.data
  throw new UsageError(`--mode must be ${Mode.options.join(' or ')}, not ${JSON.stringify(mode)}`)
}

/** The file in a row's position, `traces.jsonl:7` or `traces.parquet row 7`. */
function fileOf(position: string): string {
  return position.replace(/(?::| row )\d+$/u, '')
}

function summaryOf(summaries: Map<string, FileSummary>, file: string): FileSummary {
  let summary = summaries.get(file)
  if (summary === undefined) {
    summary = { file, rows: 0, traces: 0, finish_states: {}, defects: {}, clean: 0 }
    summaries.set(file, summary)
  }
  return summary
}

function count(summary: FileSummary, trace: Inspected): void {
  summary.traces += 1
  tally(summary.finish_states, trace.finish_state)
  for (const defect of trace.defects) summary.defects[defect] = (summary.defects[defect] ?? 0) + 1
  if (trace.defects.length === 0) summary.clean += 1
}
