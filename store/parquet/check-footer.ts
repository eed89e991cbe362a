import { type FileMetaData, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet'
import { getMaxRepetitionLevel, getTreePath, isFlatColumn } from 'hyparquet/src/schema.js'

/** A column may repeat one value, but a file of problems or answers does not have so many rows in a byte. */
const mostRowsInByte = 1000n

/**
 * Holds what a footer says against the file and against itself: where chunks lie, how many values they have, which columns
 * there are. Nothing that follows has to doubt it.
 */
export function checkFooter(metadata: FileMetaData, fileBytes: number): void {
  const tree = wholeTree(metadata)
  const leaves = leavesOf(tree)
  const counted = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (counted !== metadata.num_rows)
    throw new Error(`the footer counts ${metadata.num_rows} rows, its row groups ${counted}`)
  if (counted > BigInt(fileBytes) * mostRowsInByte)
    throw new Error(`the footer counts ${counted} rows in a file of ${fileBytes} bytes`)
  const end = fileBytes - 8 - (metadata.metadata_length ?? 0)
  const stored = metadata.row_groups
    .flatMap(({ columns, num_rows }) => (num_rows === 0n ? [] : columns))
    .reduce((sum, { meta_data: chunk }) => sum + (chunk?.total_compressed_size ?? 0n), 0n)
  // The same bytes may not be the rows of many row groups.
  if (stored > BigInt(end)) throw new Error(`its columns have ${stored} bytes in a file of ${fileBytes}`)
  for (const [index, group] of metadata.row_groups.entries()) {
    if (group.num_rows < 0n) throw new Error(`row group ${index} has ${group.num_rows} rows`)
    if (group.columns.length !== leaves.length)
      throw new Error(`row group ${index} has ${group.columns.length} columns where ${leaves.length} are due`)
    for (const [place, leaf] of leaves.entries()) checkChunk(group, place, leaf, tree, end)
  }
}

function checkChunk(group: RowGroup, place: number, leaf: SchemaTree, tree: SchemaTree, end: number): void {
  const chunk = group.columns[place]!.meta_data
  const name = leaf.path.join('.')
  if (!chunk) throw new Error(`the column ${name} is in another file or encrypted`)
  if (chunk.path_in_schema.join('.') !== name || chunk.type !== leaf.element.type)
    throw new Error(`the column ${name} is stored as ${chunk.path_in_schema.join('.')} (${chunk.type})`)
  const path = getTreePath(tree, chunk.path_in_schema)
  const isWrong = isFlatColumn(path)
    ? chunk.num_values !== group.num_rows
    : chunk.num_values < group.num_rows ||
      (getMaxRepetitionLevel(path) === 0 && chunk.num_values > group.num_rows)
  if (isWrong) throw new Error(`the column ${name} has ${chunk.num_values} values in ${group.num_rows} rows`)
  // Writers leave the place of a chunk without values open, and nobody reads it.
  if (group.num_rows === 0n) return
  const first = chunk.data_page_offset
  const begin = Number(
    chunk.dictionary_page_offset && chunk.dictionary_page_offset < first
      ? chunk.dictionary_page_offset
      : first,
  )
  const size = Number(chunk.total_compressed_size)
  if (!(begin >= 4 && size >= 0 && begin + size <= end && chunk.total_uncompressed_size >= 0n))
    throw new Error(`the column ${name} lies at byte ${begin} with ${size} bytes in a file of ${end}`)
}

/** A library that makes a tree of it goes into itself for each level. */
const deepest = 100

function checkDepth(metadata: FileMetaData): void {
  const open: number[] = []
  for (const { num_children } of metadata.schema) {
    if (open.length > 0) open[open.length - 1]! -= 1
    if (num_children !== undefined && num_children > 0) open.push(num_children)
    if (open.length > deepest) throw new Error(`its columns are nested more than ${deepest} levels deep`)
    while (open.at(-1) === 0) open.pop()
  }
}

function wholeTree(metadata: FileMetaData): SchemaTree {
  checkDepth(metadata)
  let tree
  try {
    tree = parquetSchema(metadata)
  } catch (cause) {
    throw new Error('its schema is not whole', { cause })
  }
  if (tree.count !== metadata.schema.length || metadata.schema.some(({ name }) => typeof name !== 'string'))
    throw new Error('its schema is not whole')
  // A row is an object, and this name is none of its own members.
  if (metadata.schema.some(({ name }) => name === '__proto__'))
    throw new Error('one of its columns is called __proto__; rename it')
  return tree
}

function leavesOf(tree: SchemaTree): SchemaTree[] {
  if (tree.children.length > 0) return tree.children.flatMap(leavesOf)
  // A file without columns has a root alone.
  return tree.path.length > 0 ? [tree] : []
}
