import type { Finding, SourceProblem } from '../filter.ts'
import type { Problem } from '../../schemas/problem.ts'

/** What a filter of problems found in one of them: its code, the sentence for a person, and the cause to count by. */
type Found = Finding | undefined

/** A check of many problems that looks at each by itself. */
export function byProblem(
  look: (problem: Problem) => Found,
): (problems: readonly SourceProblem[]) => readonly Found[] {
  return (problems) => problems.map(({ problem }) => look(problem))
}
