import type { Task } from '../../schemas/problem.ts'
import type { ProblemsSection } from '../problems-section.ts'
import { type BadRow, isBadRow, type PlacedProblem, type RawRow } from '../rows.ts'
import { mapProblem } from './map-problem.ts'

/**
 * The problems of rows, wherever they come from, and a bad row for each row that is none.
 *
 * @param tasks that a row may name
 */
export async function* mapRows(
  rows: AsyncIterable<RawRow | BadRow>,
  options: Pick<ProblemsSection, 'fields' | 'defaults' | 'missing_answer'>,
  tasks: readonly Task[],
): AsyncGenerator<PlacedProblem | BadRow> {
  for await (const row of rows) {
    if (isBadRow(row)) yield row
    else {
      const problem = mapProblem(row, options.fields, options.defaults, tasks, options.missing_answer)
      yield isBadRow(problem) ? problem : { position: row.position, problem }
    }
  }
}
