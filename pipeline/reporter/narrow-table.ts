import { cut, widthOf } from './side-by-side.ts'

/** A column of a table that must fit a terminal. */
export type Column = {
  head: string
  cells: readonly string[]
  align?: 'left' | 'right'
  /** Cells that it may shrink to; a column without stays as wide as it is. */
  least?: number
  /** Columns with a higher number are left out first where the terminal is too narrow; 0 always stays. */
  spare?: number
}

const gap = '  '

/** The lines of a table, the first one its head, none of them wider than `width`. Columns shrink, then the spare ones go. */
export function narrowTable(columns: readonly Column[], width: number): string[] {
  const widths = widthsOf(columns, width)
  if (widths) return lines(columns, widths).map((line) => cut(line, width))
  const last = Math.max(...columns.map(({ spare = 0 }) => spare))
  const rest = columns.filter(({ spare = 0 }) => spare < last)
  if (last > 0) return narrowTable(rest, width)
  return lines(
    columns,
    columns.map((column) => column.least ?? natural(column)),
  ).map((line) => cut(line, width))
}

/** `undefined` where they do not fit even when every column is as narrow as it may be. */
function widthsOf(columns: readonly Column[], width: number): number[] | undefined {
  const widths = columns.map(natural)
  const used = (): number => widths.reduce((sum, each) => sum + each, 0) + gap.length * (columns.length - 1)
  while (used() > width) {
    // The widest one gives first, so that no short name is cut for a long one.
    const widest = widths.reduce(
      (best, own, at) => (own > (columns[at]!.least ?? own) && (best < 0 || own > widths[best]!) ? at : best),
      -1,
    )
    if (widest < 0) return undefined
    widths[widest]! -= 1
  }
  return widths
}

function natural({ head, cells }: Column): number {
  return Math.max(...[head, ...cells].map(widthOf))
}

function lines(columns: readonly Column[], widths: readonly number[]): string[] {
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length))
  return Array.from({ length: rows + 1 }, (_, row) =>
    columns
      .map((column, at) => {
        const text = cut(row === 0 ? column.head : (column.cells[row - 1] ?? ''), widths[at]!)
        const room = ' '.repeat(Math.max(0, widths[at]! - widthOf(text)))
        return column.align === 'right' ? room + text : text + room
      })
      .join(gap)
      .trimEnd(),
  )
}
