import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Export, ProblemGroup } from './export.ts'
import type { Row } from '../../store/parquet/rows.ts'
import {
  assistantMessage,
  problemColumns,
  problemValues,
  traceColumns,
  traceValues,
} from './shared-columns.ts'

const ArmMetadata = z.strictObject({ id: z.string(), ...traceColumns })

const identity = {
  pair_id: z.string().describe('id of the problem, the same in every configuration'),
  prompt: z.string().describe('the user message as it was sent to every arm'),
}

/**
 * Names that a role's column cannot have: those of the other columns, and those by which trainers recognise the kind of
 * a dataset.
 */
const takenNames = new Set([
  ...Object.keys(identity),
  ...Object.keys(problemColumns),
  'problem',
  'messages',
  'completion',
  'chosen',
  'rejected',
])

/** One row a problem: the prompt, one text column for every arm, and how each text came about. */
export const pairs: Export = {
  name: 'pairs',
  version: '2',
  describe: 'The controlled study: one row a problem, one text column an arm. Also the one to read by eye.',
  reads: 'selected',
  matched: true,
  order: 'problems',
  schema: pairSchema,
  rows: (group) => [pairRow(group)],
}

/**
 * A role as a column name: lower case, anything but letters and digits turned to single underscores, `arm_` before a
 * leading digit. Throws a UsageError when nothing is left.
 */
export function teacherColumn(role: string): string {
  const name = role
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')
  if (name === '')
    throw new UsageError(`the role ${JSON.stringify(role)} has no letter or digit to name a column by`)
  return /^[0-9]/.test(name) ? `arm_${name}` : name
}

function pairSchema(arms: readonly Arm[]): RowSchema {
  const texts: Record<string, z.ZodString> = {}
  const metadata: Record<string, z.ZodObject> = {}
  const taken = new Set(takenNames)
  for (const arm of arms) {
    const column = teacherColumn(arm.role)
    for (const name of [column, `${column}_meta`]) {
      if (taken.has(name)) {
        throw new UsageError(
          `the arm ${arm.name} cannot have the column ${name}, which is taken; give it another role`,
        )
      }
      taken.add(name)
    }
    texts[column] = z.string().describe(`the whole answer of the arm ${arm.name}, thinking block included`)
    metadata[`${column}_meta`] = ArmMetadata.describe(`how the answer of the arm ${arm.name} came about`)
  }
  return z.strictObject({
    ...identity,
    ...texts,
    ...metadata,
    problem: z.string().describe('the question as its source has it'),
    ...problemColumns,
  })
}

function pairRow({ problem, instruction, samples }: ProblemGroup): Row {
  const row: Row = { pair_id: problem.id, prompt: instruction, problem: problem.prompt }
  for (const sample of samples) {
    const column = teacherColumn(sample.arm.role)
    row[column] = assistantMessage(sample)
    row[`${column}_meta`] = { id: sample.trace.key, ...traceValues(sample) }
  }
  return { ...row, ...problemValues(problem) }
}
