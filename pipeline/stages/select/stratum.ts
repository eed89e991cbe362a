import type { Problem } from '../../../schemas/problem.ts'
import type { SelectSection } from '../../recipe/select-section.ts'

/** Where the recipe divides the problems by nothing, and where a problem has no value to be divided by. */
const undivided = 'all'
const without = 'unknown'

/** The columns of a problem that its stratum depends on. */
export type Divided = Pick<Problem, 'domain' | 'difficulty' | 'source' | 'task'>
export const dividedBy = ['domain', 'difficulty', 'source', 'task'] as const

/** The stratum of a problem: its value in the column that `select.by` names. */
export function stratumOf(problem: Divided, { by }: Pick<SelectSection, 'by'>): string {
  if (by === undefined) return undivided
  return problem[by] || without
}
