import type { Task } from '../../schemas/problem.ts'
import type { ProblemsSection } from '../problems-section.ts'
import { type BadRow, isBadRow, type PlacedProblem, type RawRow, validityColumns } from '../rows.ts'
import { isNothing } from './columns.ts'
import type { ColumnUse } from './column-use.ts'
import { innerRows } from './inner-rows.ts'
import { mapProblem } from './map-problem.ts'
import { type MappingListener, showMapping } from './show-mapping.ts'

/** Who follows which columns are used, and who is told. */
export type Watched = { use?: ColumnUse; listener?: MappingListener | undefined }

/**
 * The problems of rows, wherever they come from, and a bad row for each row that is none.
 *
 * @param tasks that a row may name
 */
export async function* mapRows(
  rows: AsyncIterable<RawRow | BadRow>,
  options: Pick<ProblemsSection, 'fields' | 'defaults' | 'missing_answer' | 'rows' | 'limit'>,
  tasks: readonly Task[],
  { use, listener }: Watched = {},
): AsyncGenerator<PlacedProblem | BadRow> {
  const shown = use && listener && showMapping(use, listener)
  const wanted = options.rows === undefined ? rows : innerRows(rows, options.rows, options.limit)
  for await (const row of wanted) {
    if (isBadRow(row)) {
      yield row
      continue
    }
    use?.add(row.row)
    const problem = mapProblem(row, options.fields, options.defaults, tasks, options.missing_answer)
    if (isBadRow(problem)) yield problem
    else {
      const placed = { position: row.position, problem, ...validityOf(row.row) }
      shown?.add(placed)
      yield placed
    }
  }
  shown?.finish()
}

function validityOf(row: RawRow['row']): Pick<PlacedProblem, 'validity'> {
  const said = validityColumns.filter((column) => !isNothing(row[column]))
  if (said.length === 0) return {}
  return { validity: Object.fromEntries(said.map((column) => [column, String(row[column]).trim()])) }
}
