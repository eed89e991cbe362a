import { parquetSchema } from 'hyparquet'
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import { arrowSchema, type RowSchema } from './columns.ts'
import { parquetElements } from './elements.ts'
import { typeOf } from './stored-columns.ts'

/**
 * Checks once, from its footer, that a file has the columns that a schema declares, so that its rows may be taken for
 * rows of that schema without a look at each. What an enumeration may hold is not in a footer and is not checked.
 *
 * @param columns those that are to be read; others may differ
 * @throws RunError that names the first column that is missing or different
 */
export function checkDeclared(
  name: string,
  { schema }: Pick<FileMetaData, 'schema'>,
  declared: RowSchema,
  columns: readonly string[],
): void {
  const found = columnsByName(schema)
  for (const column of columns) {
    const stored = found.get(column)
    const due = dueType(declared, column, stored)
    const type = stored ? exactType(stored) : 'missing'
    if (type !== due)
      throw new RunError(
        `cannot read ${name}: its column ${column} is ${type} where ${due} is due; it is of another version`,
      )
  }
}

function columnsByName(schema: FileMetaData['schema']): Map<string, SchemaTree> {
  return new Map(parquetSchema({ schema }).children.map((column) => [column.element.name, column]))
}

/** A record leaves open which members it has: each of those that are stored must be a number that may be missing. */
function dueType(declared: RowSchema, column: string, stored: SchemaTree | undefined): string {
  const type = declaredTypes(declared).get(column)
  if (type !== 'open') return type ?? 'nothing'
  const isOpen = stored?.children.every((child) => /^optional (int32|float64)$/.test(exactType(child)))
  return stored && isOpen ? exactType(stored) : 'a group of numbers'
}

const known = new WeakMap<RowSchema, Map<string, string>>()

/** Worked out once for a schema, because every part of a run has one of a few. */
function declaredTypes(declared: RowSchema): Map<string, string> {
  let types = known.get(declared)
  if (!types) {
    const members = Object.entries(declared.shape)
    const open = members.filter(([, member]) => member instanceof z.ZodRecord)
    const fixed = z.object(Object.fromEntries(members.filter((member) => !open.includes(member))))
    const columns = columnsByName(parquetElements(arrowSchema(fixed)))
    types = new Map([...columns].map(([name, column]) => [name, exactType(column)]))
    for (const [name] of open) types.set(name, 'open')
    known.set(declared, types)
  }
  return types
}

/** With the names of groups and whether each level may be missing, which the type that people are shown leaves out. */
function exactType(column: SchemaTree): string {
  const { element, children } = column
  const repetition = (element.repetition_type ?? '').toLowerCase()
  if (children.length === 0) return `${repetition} ${typeOf(column)}`
  return `${repetition} {${children.map((child) => `${child.element.name}: ${exactType(child)}`).join(', ')}}`
}
