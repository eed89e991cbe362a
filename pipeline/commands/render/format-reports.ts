import { rowFaults, type ConfigurationReport, type TargetReport } from '../../../output/render/report.ts'
import { plainTable } from '../../reporter/plain-table.ts'
import { printable } from '../../reporter/printable.ts'
import { wrap } from '../../reporter/side-by-side.ts'

/** What becomes of the rows of every configuration with every target, with examples and what to write instead. */
export function formatReports(reports: readonly TargetReport[], width: number): string {
  return reports.map((report) => formatReport(report, width)).join('\n\n')
}

function formatReport(report: TargetReport, width: number): string {
  const { target, commit, configurations } = report
  const rows = configurations.map((one) => [
    one.name,
    one.form.replace('_', '+'),
    String(one.rows),
    String(one.right),
    faultsOf(one),
  ])
  const table = plainTable(['configuration', 'form', 'rows', 'right', 'wrong'])
  table.push(...rows)
  return [
    `${printable(target)}${commit === '' ? '' : ` at ${commit}`}`,
    ...factsOf(report),
    table.toString(),
    ...configurations.flatMap(remarks),
    ...togetherLine(report),
  ]
    .flatMap((line) => (line.includes('\n') ? [line] : wrap(line, width)))
    .join('\n')
}

function faultsOf({ faults }: ConfigurationReport): string {
  const found = rowFaults.filter((fault) => faults[fault] > 0)
  return found.map((fault) => `${faults[fault]} ${fault.replace('_', ' ')}`).join(', ') || 'none'
}

function factsOf({ facts, context }: TargetReport): string[] {
  const { best, switches, dropsHistory, marksSpans } = facts
  return [
    `  reasoning: ${best === null ? 'lost in every shape of messages' : `shape ${best}`}${dropsHistory ? ', that of earlier turns is left out' : ''}`,
    `  switches: ${switches.map(({ name, changes }) => `${name} (${changes === 'all' ? 'changes the text' : 'changes the generation prompt'})`).join(', ') || 'none'}`,
    `  trained: ${marksSpans ? 'as the template marks it' : 'the template marks no answers'}; reads ${context === null ? 'an unknown number of' : context} tokens`,
  ]
}

function remarks(one: ConfigurationReport): string[] {
  const lines = [...Map.groupBy(one.examples, ({ fault, why }) => `${fault.replace('_', ' ')}: ${why}`)].map(
    ([what, rows]) => {
      const ids = rows.map(({ id }) => id.slice(0, 12)).filter((id) => id !== '')
      return `  ${one.name}: ${printable(what)}${ids.length === 0 ? '' : ` (such as ${ids.join(', ')})`}`
    },
  )
  if (one.needsAliases > 0)
    lines.push(`  ${one.name}: ${one.needsAliases} rows are right only with transformers 5.21 and later`)
  if (one.brokenByAliases > 0)
    lines.push(`  ${one.name}: ${one.brokenByAliases} rows are right only with transformers before 5.21`)
  if (one.needsBare > 0)
    lines.push(`  ${one.name}: ${one.needsBare} rows are right only with transformers 5.24 and later`)
  if (one.cutsWrong > 0)
    lines.push(
      `  ${one.name}: in ${one.cutsWrong} rows the generation prompt is no prefix of the text; a trainer that cuts by its length (OpenRLHF, open-instruct) damages them`,
    )
  if (one.trimmed > 0)
    lines.push(`  ${one.name}: the template takes white space off the ends of texts in ${one.trimmed} rows`)
  if (one.longest !== null && one.longest > 0)
    lines.push(
      `  ${one.name}: the longest row that had to be counted has ${one.longest} of the student's tokens`,
    )
  if (one.advice !== '') lines.push(`  ${one.name}: to be right: ${one.advice}`)
  return lines
}

function togetherLine({ together: { on, off } }: TargetReport): string[] {
  if (on.length === 0) return []
  return [
    `  ${on.join(', ')} (reasoning) and ${off.join(', ')} (none) have the same text up to what is trained: trained together, a student cannot tell the modes apart`,
  ]
}
