import { parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet'

/** A column of values below a top-level one: the way to it from the root of the schema. */
export type Leaf = { path: SchemaTree[]; element: SchemaElement }

/** The leaves of every top-level column, by its name. */
export function leavesByColumn(schema: SchemaElement[]): Map<string, Leaf[]> {
  const root = parquetSchema({ schema })
  return new Map(root.children.map((column) => [column.element.name, leavesBelow([root, column])]))
}

function leavesBelow(path: SchemaTree[]): Leaf[] {
  const { children, element } = path.at(-1)!
  if (children.length === 0) return [{ path, element }]
  return children.flatMap((child) => leavesBelow([...path, child]))
}
