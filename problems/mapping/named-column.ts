import { nearestName } from '../../schemas/nearest-name.ts'
import { columnNames, type RawRow } from '../rows.ts'
import { topColumn } from './path.ts'

/** What a message says of a row that has no prompt or no answer where the recipe names a column for it, or looks for one. */
export function nothingIn(named: string | undefined, what: string, row: RawRow['row']): string {
  const has = `(the row has ${columnNames(row)})`
  if (named === undefined) return `no column holds ${what} ${has}`
  const columns = Object.keys(row)
  const column = topColumn(named, columns)
  if (columns.includes(column)) return `the column "${named}" holds no ${what.replace(/^an? /u, '')} ${has}`
  return `there is no column "${column}"${meant(column, columns)} ${has}`
}

/** The column that a person may have meant, as a question. */
export function meant(column: string, columns: readonly string[]): string {
  const nearest = nearestName(column, columns)
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}
