import { join } from 'node:path'
import { pngOf } from '../output/charts/png.ts'
import { light } from '../output/charts/theme.ts'
import { replaceFile } from '../store/files/atomic.ts'
import { remove } from '../store/files/entries.ts'
import { reportPage } from './page/page.ts'
import { reportStyle } from './page/report-style.ts'
import type { Report, Table } from './report.ts'

/** The files of a report in its folder. */
export type WrittenReport = { page: string; numbers: string; plots: string[] }

/** Writes the page, its numbers as JSON, and every plot as SVG and PNG, in place of older ones. */
export async function writeReport(folder: string, report: Report): Promise<WrittenReport> {
  await remove(join(folder, 'plots'))
  const plots: string[] = []
  for (const { charts = [] } of report.sections)
    for (const { name, draw } of charts) {
      const svg = await draw(light)
      await replaceFile(join(folder, 'plots', `${name}.svg`), svg)
      await replaceFile(join(folder, 'plots', `${name}.png`), await pngOf(svg))
      plots.push(name)
    }
  const page = join(folder, 'index.html')
  const numbers = join(folder, 'report.json')
  await replaceFile(page, await reportPage(report, await reportStyle()))
  await replaceFile(numbers, `${JSON.stringify(plainReport(report), null, 1)}\n`)
  return { page, numbers, plots }
}

/** A report without what draws its plots, which are named. */
export function plainReport({ sections, ...report }: Report): object {
  return {
    ...report,
    sections: sections.map(({ charts = [], tables, ...section }) =>
      Object.assign(section, {
        charts: charts.map(({ name, title }) => ({ name, title })),
        tables: tables.map(withShownMembers),
      }),
    ),
  }
}

/** A table whose rows hold what its columns show and nothing else. */
function withShownMembers(table: Table): Table {
  const keys = table.columns.flatMap(({ key, interval = [] }) => [key, ...interval])
  return Object.assign(
    { ...table },
    {
      rows: table.rows.map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null]))),
    },
  )
}
