import { join } from 'node:path'
import { makeReport } from '../../../report/make-report.ts'
import { plainReport, writeReport } from '../../../report/write-report.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { CommandIo } from '../io.ts'
import { openReportRun } from './open-report-run.ts'

export type ReportOptions = { run?: string; compare?: string }

/** Counts what a run has come to, and writes it into `report/` of its folder as a page, as JSON, and as plots. */
export async function reportRun(target: string, options: ReportOptions, io: CommandIo): Promise<void> {
  const run = await openReportRun(target, options, io)
  const folder = join(run.runFolder, 'report')
  const report = await makeReport(run, join(folder, `.scratch-${process.pid}`))
  if (report.shards.done === 0)
    throw new UsageError(
      `no shard of ${run.runFolder} has pairs yet, so there is nothing to report; run \`npm run distill -- RECIPE\` first`,
    )
  const written = await writeReport(folder, report)
  io.reporter.result(
    'report',
    { ...written, report: plainReport(report) },
    [
      `report: ${written.page}`,
      `  its numbers: ${written.numbers}; ${written.plots.length} plots as SVG and PNG in ${join(folder, 'plots')}`,
      ...(report.shards.missing > 0 ? [`  ${report.shards.missing} shards are not done and left out`] : []),
    ].join('\n'),
  )
}
