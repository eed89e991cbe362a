import { z } from 'zod'
import type { Row } from '../../store/parquet/rows.ts'
import type { GroupSample, ProblemGroup } from './export.ts'
import { problemColumns, problemValues, traceColumns, traceValues } from './shared-columns.ts'

/** Columns that name a row of one sample, and those that say how it came about. */
export const sampleColumns = {
  id: z.string().describe('id of the sample'),
  pair_id: z.string().describe('id of the problem, the same in every configuration'),
} as const

export const sampleFacts = { ...traceColumns, ...problemColumns } as const

/** A row about one sample: its names, then what a configuration adds, then how it came about. */
export function sampleRow({ problem }: Pick<ProblemGroup, 'problem'>, sample: GroupSample, own: Row): Row {
  return {
    id: sample.trace.key,
    pair_id: problem.id,
    ...own,
    ...traceValues(sample),
    ...problemValues(problem),
  }
}

/** The sample of the arm with a role among those that an export was given. */
export function sampleOfRole({ samples }: Pick<ProblemGroup, 'samples'>, role: string): GroupSample[] {
  return samples.filter((sample) => sample.arm.role === role)
}
