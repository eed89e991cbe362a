import type { OffsetIndex, SchemaElement } from 'hyparquet'
import type { PageColumnIndex } from 'hyparquet-writer/src/types.js'
import { unconvertMinMax } from 'hyparquet-writer/src/unconvert.js'
import { boundsOf, compareBounds } from './bounds.ts'

type Bound = Parameters<typeof compareBounds>[0]

/** Where the pages of a chunk lie and with which row each begins. */
export type PageIndexes = {
  /** Notes a page that was written at an offset of the file. */
  add(page: { start: number; end: number; row: number; offset: number; bytes: number }): void
  done(): { columnIndex?: PageColumnIndex; offsetIndex: OffsetIndex }
}

/**
 * @param values of the whole chunk, with its nulls
 * @param hasBounds whether a column index is made too, which says what is smallest and largest in each page
 */
export function openPageIndexes(
  values: ArrayLike<unknown>,
  element: SchemaElement,
  hasBounds: boolean,
): PageIndexes {
  const offsetIndex: OffsetIndex = { page_locations: [] }
  const bounds: PageColumnIndex = {
    null_pages: [],
    min_values: [],
    max_values: [],
    boundary_order: 'UNORDERED',
    null_counts: [],
    ...(element.type === 'DOUBLE' && { nan_counts: [] }),
  }
  let last: { least: Bound; most: Bound } | undefined
  let isWhole = hasBounds
  let rises = true
  let falls = true

  function addBounds(start: number, end: number): void {
    const { min_value, max_value, null_count, nan_count } = boundsOf(values, element, start, end)
    const isNull = min_value === undefined
    const min = unconvertMinMax(min_value, element, false)
    const max = unconvertMinMax(max_value, element, true)
    // There is no short text above one of the last characters there are, and a page without bounds cannot be stated.
    if (!isNull && (!min || !max)) isWhole = false
    bounds.null_pages.push(isNull)
    bounds.min_values.push(min ?? new Uint8Array())
    bounds.max_values.push(max ?? new Uint8Array())
    bounds.null_counts?.push(null_count!)
    if (nan_count !== undefined) bounds.nan_counts?.push(nan_count)
    if (isNull) return
    const [least, most] = [min_value as Bound, max_value as Bound]
    if (last) {
      const orders = [compareBounds(last.least, least), compareBounds(last.most, most)]
      rises &&= orders.every((order) => order <= 0)
      falls &&= orders.every((order) => order >= 0)
    }
    last = { least, most }
  }

  return {
    add({ start, end, row, offset, bytes }) {
      offsetIndex.page_locations.push({
        offset: BigInt(offset),
        compressed_page_size: bytes,
        first_row_index: BigInt(row),
      })
      if (hasBounds) addBounds(start, end)
    },
    done() {
      bounds.boundary_order = rises ? 'ASCENDING' : falls ? 'DESCENDING' : 'UNORDERED'
      return { offsetIndex, ...(isWhole && { columnIndex: bounds }) }
    },
  }
}
