import {
  type AsyncBuffer,
  type ColumnMetaData,
  type Compressors,
  type FileMetaData,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { type OpenPage, pageChecker } from './check-page.ts'
import { openPieces } from './page-pieces.ts'

const pieceBytes = 2 ** 21

type CheckOptions = {
  /** Top-level ones; all unless given. */
  columns?: readonly string[] | undefined
  compressors?: Compressors
  /** Is handed every page that holds what it says, with the one as it is stored. */
  onPage?: (page: OpenPage, stored: Uint8Array, chunk: ColumnMetaData, schemaPath: SchemaTree[]) => void
}

/**
 * Looks at every page of some columns of a row group before the library decodes them, see `pageChecker`.
 *
 * @throws Error that names the first column that is damaged
 */
export async function checkColumns(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  { columns, compressors, onPage }: CheckOptions = {},
): Promise<void> {
  const tree = parquetSchema(metadata)
  for (const { meta_data: chunk } of group.columns) {
    if (!chunk || columns?.includes(chunk.path_in_schema[0]!) === false) continue
    try {
      const schemaPath = getTreePath(tree, chunk.path_in_schema)
      const check = pageChecker(chunk, schemaPath, compressors)
      const pieces = openPieces(file, chunk, pieceBytes)
      let values = 0
      while (!pieces.isAtEnd()) {
        const { header, bytes } = await pieces.nextPage()
        const page = check(header, bytes)
        onPage?.(page, bytes, chunk, schemaPath)
        values += (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0
      }
      if (BigInt(values) !== chunk.num_values)
        throw new Error(`its pages have ${values} values where ${chunk.num_values} are due`)
    } catch (cause) {
      throw new Error(`the column ${chunk.path_in_schema.join('.')}: ${(cause as Error).message}`, { cause })
    }
  }
}
