import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { ConfigurableExport, ProblemGroup } from './export.ts'
import { teacherColumn } from './pairs.ts'
import { sampleColumns, sampleFacts, sampleRow } from './sample-row.ts'
import { problemColumns, problemValues } from './shared-columns.ts'

const Options = z.strictObject({
  layout: z
    .enum(['long', 'wide'])
    .default('long')
    .describe('one row for each arm, or one row a problem with columns for each arm'),
})

/** The same problems answered by several teachers, reasoning and answer apart (arXiv 2511.19333; wide as s1K-1.1). */
export const comparison: ConfigurableExport<typeof Options> = {
  name: 'comparison',
  options: Options,
  defaultName: ({ layout }) => `comparison-${layout}`,
  make: ({ layout }, { name }) => ({
    name,
    version: '1',
    describe: `Comparison of teachers, ${layout === 'long' ? 'one row for each answer' : 'one row a problem with columns for each teacher'}.`,
    reads: 'selected',
    matched: false,
    order: 'problems',
    schema: (arms) => (layout === 'long' ? LongRow : wideRow(arms)),
    rows: layout === 'long' ? longRows : (group) => [wideValues(group)],
  }),
}

const texts = {
  prompt: z.string().describe('the user message as it was sent to every arm'),
}

const LongRow = z.strictObject({
  ...sampleColumns,
  arm: z.string().describe('role of the arm'),
  ...texts,
  reasoning: z.string().describe('reasoning as it came, empty when there is none'),
  answer: z.string().describe('answer as it came, reasoning taken off'),
  ...sampleFacts,
})

function longRows(group: ProblemGroup): Row[] {
  return group.samples.map((sample) =>
    sampleRow(group, sample, {
      arm: sample.arm.role,
      prompt: group.instruction,
      reasoning: sample.trace.reasoning,
      answer: sample.trace.answer,
    }),
  )
}

function wideRow(arms: readonly Arm[]): RowSchema {
  const columns: Record<string, z.ZodType> = {}
  for (const { role } of arms) {
    const of = (name: string): string => `${teacherColumn(role)}_${name}`
    columns[of('reasoning')] = z.string().describe(`reasoning of ${role}, empty when there is none`)
    columns[of('answer')] = z.string().describe(`answer of ${role}`)
    columns[of('verdict')] = z.string().describe(`verdict on the answer of ${role}`)
    columns[of('tokens')] = z.int().describe(`tokens of reasoning and answer of ${role}`)
    columns[of('correct')] = z.int().describe(`right ones among the first samples of ${role}`)
    columns[of('checked')] = z.int().describe(`checked ones among the first samples of ${role}`)
  }
  return z.strictObject({ pair_id: sampleColumns.pair_id, ...texts, ...columns, ...problemColumns })
}

function wideValues({ problem, instruction, samples }: ProblemGroup): Row {
  const row: Row = { pair_id: problem.id, prompt: instruction }
  for (const { arm, trace, verdict, rate } of samples) {
    const column = teacherColumn(arm.role)
    row[`${column}_reasoning`] = trace.reasoning
    row[`${column}_answer`] = trace.answer
    row[`${column}_verdict`] = verdict.verdict
    row[`${column}_tokens`] = trace.reasoning_tokens + trace.answer_tokens
    row[`${column}_correct`] = rate.correct
    row[`${column}_checked`] = rate.checked
  }
  return { ...row, ...problemValues(problem) }
}
