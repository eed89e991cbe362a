import type { ProblemsSection } from '../problems-section.ts'
import { type BadRow, isBadRow, type PlacedProblem, type RawRow } from '../rows.ts'
import { mapProblem } from './map-problem.ts'

/** The problems of rows, wherever they come from, and a bad row for each row that is none. */
export async function* mapRows(
  rows: AsyncIterable<RawRow | BadRow>,
  options: Pick<ProblemsSection, 'fields' | 'defaults' | 'missing_answer'>,
): AsyncGenerator<PlacedProblem | BadRow> {
  for await (const row of rows) {
    if (isBadRow(row)) yield row
    else {
      const problem = mapProblem(row, options.fields, options.defaults, options.missing_answer)
      yield isBadRow(problem) ? problem : { position: row.position, problem }
    }
  }
}
