import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Exporter, MatchedPair } from './exporter.ts'
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

/** Names that a role's column cannot have: those of the other columns, and those by which trainers tell datasets apart. */
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
export const pairs: Exporter = {
  name: 'pairs',
  describe: 'The controlled study: one row a problem, one text column an arm. Also the one to read by eye.',
  schema: pairSchema,
  rows: (pair) => [pairRow(pair)],
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

function pairRow(pair: MatchedPair): Row {
  const row: Row = { pair_id: pair.problem.id, prompt: pair.instruction, problem: pair.problem.prompt }
  for (const member of pair.members) {
    const column = teacherColumn(member.arm.role)
    row[column] = assistantMessage(member)
    row[`${column}_meta`] = { id: member.trace.key, ...traceValues(member) }
  }
  return { ...row, ...problemValues(pair.problem) }
}
