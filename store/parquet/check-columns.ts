import { type AsyncBuffer, type FileMetaData, parquetSchema, type RowGroup } from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { pageChecker } from './check-page.ts'
import { openPieces } from './page-pieces.ts'

const pieceBytes = 2 ** 21

/**
 * Looks at every page of some columns of a row group before the library decodes them, see `pageChecker`.
 *
 * @param columns top-level ones; all unless given
 * @throws Error that names the first column that is damaged
 */
export async function checkColumns(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  columns?: readonly string[],
): Promise<void> {
  const tree = parquetSchema(metadata)
  for (const { meta_data: chunk } of group.columns) {
    if (!chunk || columns?.includes(chunk.path_in_schema[0]!) === false) continue
    try {
      const check = pageChecker(chunk, getTreePath(tree, chunk.path_in_schema))
      const pieces = openPieces(file, chunk, pieceBytes)
      let values = 0
      while (!pieces.isAtEnd()) {
        const { header, bytes } = await pieces.nextPage()
        check(header, bytes)
        values += (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0
      }
      if (BigInt(values) !== chunk.num_values)
        throw new Error(`its pages have ${values} values where ${chunk.num_values} are due`)
    } catch (cause) {
      throw new Error(`the column ${chunk.path_in_schema.join('.')}: ${(cause as Error).message}`, { cause })
    }
  }
}
