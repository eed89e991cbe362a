import { BoundaryOrders } from 'hyparquet/src/constants.js'
import type { Writer } from 'hyparquet-writer'
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js'
import type { PageIndexes } from 'hyparquet-writer/src/types.js'

/**
 * Writes the column indexes of all chunks, then their offset indexes, and notes in each chunk where they are. The library
 * leaves out those of a single page, but a reader that asks whether a file has a page index asks every chunk.
 *
 * @param ofSinglePages whether chunks of one page get theirs too
 */
export function writePageIndexes(
  writer: Writer,
  chunks: readonly PageIndexes[],
  ofSinglePages: boolean,
): void {
  const chosen = chunks.filter(
    ({ offsetIndex }) => offsetIndex && (ofSinglePages || offsetIndex.page_locations.length > 1),
  )
  for (const { chunk, columnIndex } of chosen) {
    if (!columnIndex) continue
    const offset = writer.offset
    serializeTCompactProtocol(writer, {
      field_1: columnIndex.null_pages,
      field_2: columnIndex.min_values,
      field_3: columnIndex.max_values,
      field_4: BoundaryOrders.indexOf(columnIndex.boundary_order),
      field_5: columnIndex.null_counts,
      field_8: columnIndex.nan_counts,
    })
    chunk.column_index_offset = BigInt(offset)
    chunk.column_index_length = writer.offset - offset
  }
  for (const { chunk, offsetIndex } of chosen) {
    const offset = writer.offset
    const pages = offsetIndex!.page_locations.map((page) => ({
      field_1: page.offset,
      field_2: page.compressed_page_size,
      field_3: page.first_row_index,
    }))
    serializeTCompactProtocol(writer, { field_1: pages })
    chunk.offset_index_offset = BigInt(offset)
    chunk.offset_index_length = writer.offset - offset
  }
}
