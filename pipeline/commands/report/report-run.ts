import { basename, join } from 'node:path'
import { compareReports } from '../../../report/compare/compare-tables.ts'
import { makeReport } from '../../../report/make-report.ts'
import type { Report } from '../../../report/report.ts'
import type { ReportRun } from '../../../report/run.ts'
import { plainReport, writeReport } from '../../../report/write-report.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { CommandIo } from '../io.ts'
import { openReportRun } from './open-report-run.ts'

export type ReportOptions = { run?: string; compare?: string }

/** Counts what a run has come to, and writes it into `report/` of its folder as a page, as JSON, and as plots. */
export async function reportRun(target: string, options: ReportOptions, io: CommandIo): Promise<void> {
  const run = await openReportRun(target, options, io)
  const folder = join(run.runFolder, 'report')
  const scratch = join(folder, `.scratch-${process.pid}`)
  const arms = armsOf(options.compare)
  const own = await makeReport(run, scratch, arms)
  if (own.shards.done === 0) throw nothingIn(run)
  const other =
    options.compare === undefined || arms ? undefined : await openReportRun(options.compare, {}, io)
  const report = other ? await beside({ run, report: own }, other, scratch) : own
  const written = await writeReport(folder, report)
  io.reporter.result(
    'report',
    { ...written, report: plainReport(report) },
    [
      `report: ${written.page}`,
      `  its numbers: ${written.numbers}; ${written.plots.length} plots as SVG and PNG in ${join(folder, 'plots')}`,
      ...(report.shards.missing > run.stale.size
        ? [`  ${report.shards.missing - run.stale.size} shards are not done and left out`]
        : []),
      ...(run.stale.size > 0
        ? [
            `  ${run.stale.size} shards were made by another recipe and left out; \`distill\` makes them again`,
          ]
        : []),
    ].join('\n'),
  )
}

/** Two arms of `one..other`; `undefined` for anything else, which is another run. A path holds `../` rather than `..`. */
function armsOf(compare: string | undefined): [string, string] | undefined {
  const [, a, b] = /^([^/]+?)\.\.([^/]+)$/u.exec(compare ?? '') ?? []
  return a === undefined || b === undefined ? undefined : [a, b]
}

/** A report with another run beside it, in a section of its own before all others. */
async function beside(
  { run, report }: { run: ReportRun; report: Report },
  other: ReportRun,
  scratch: string,
): Promise<Report> {
  const their = await makeReport(other, scratch)
  if (their.shards.done === 0) throw nothingIn(other)
  const [one, two] =
    run.name === other.name ? [basename(run.runFolder), basename(other.runFolder)] : [run.name, other.name]
  const section = compareReports({ name: one, report }, { name: two, report: their })
  return { ...report, sections: [section, ...report.sections] }
}

function nothingIn({ runFolder, stale }: ReportRun): UsageError {
  const why =
    stale.size > 0 ? 'was made by the recipe as it is now' : 'has pairs yet, so there is nothing to report'
  return new UsageError(`no shard of ${runFolder} ${why}; run \`npm run distill -- RECIPE\` first`)
}
