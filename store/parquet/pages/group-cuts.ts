import { hash } from 'node:crypto'
import type { Row } from '../rows.ts'

const megabyte = 1_000_000
/** What a row costs beside its values, so that a row group of short rows does not hold a million of them. */
const rowCost = 1000

/**
 * Sizes of a row group. A group of the most bytes is held in memory for every configuration that is written; from the
 * least on, a group ends after so many further bytes on average.
 */
export const groupBounds = { least: 16 * megabyte, further: 4 * megabyte, most: 32 * megabyte }

/** Says before which row a row group ends, from the rows since the last end and nothing else. */
export type GroupCutter = {
  /** Whether a group must end before this row, which is then the first one of the next. */
  isDue(row: Row, bytes: number): boolean
}

/**
 * Row groups that end where a hash of a row says so. All pages begin anew with a row group, so groups of a number of rows
 * or bytes would move every page behind a row that was put in.
 *
 * @param column one whose values differ from row to row, such as an id
 */
export function openGroupCutter(column: string): GroupCutter {
  let size = 0
  return {
    isDue(row, bytes) {
      const cost = bytes + rowCost
      const isFull = size + cost > groupBounds.most
      const isDue = size > 0 && (isFull || (size >= groupBounds.least && isChosen(row[column], cost)))
      size = isDue ? cost : size + cost
      return isDue
    },
  }
}

/** Of rows with different values, as many as make one in `further` bytes. */
function isChosen(value: unknown, cost: number): boolean {
  const number = Number.parseInt(hash('sha256', JSON.stringify(value), 'hex').slice(0, 8), 16)
  return number * groupBounds.further < cost * 2 ** 32
}
