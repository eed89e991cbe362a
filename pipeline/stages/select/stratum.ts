import type { Problem } from '../../../schemas/problem.ts'
import { cellOf, type ProblemKind } from '../../../schemas/problem-kind.ts'
import type { SelectSection } from '../../recipe/select-section.ts'

/** Where the recipe divides the problems by nothing, and where a problem has no value to be divided by. */
const undivided = 'all'
const without = 'unknown'

/** The columns of a problem that its stratum depends on. */
export type Divided = Pick<Problem, 'domain' | 'difficulty' | 'source' | 'task'>
export const dividedBy = ['domain', 'difficulty', 'source', 'task'] as const

/**
 * The stratum of a problem: its value in the column that `select.by` names.
 *
 * @param kinds of the problems of its shard, where the recipe classifies them
 */
export function stratumOf(
  problem: Divided & { id: string },
  { by }: Pick<SelectSection, 'by'>,
  kinds: ReadonlyMap<string, ProblemKind>,
): string {
  if (by === undefined) return undivided
  if (by === 'area' || by === 'format' || by === 'cell') {
    const kind = kinds.get(problem.id)
    if (!kind) throw new Error(`nothing says what the problem ${problem.id} is about`)
    return by === 'cell' ? cellOf(kind) : kind[by]
  }
  return problem[by] || without
}
