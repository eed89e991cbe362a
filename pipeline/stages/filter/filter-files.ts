import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { filesOf, settingsOf } from '../../../filters/apply.ts'
import type { FileRow, FilterFiles } from '../../../filters/filter.ts'
import { allFilters } from '../../../filters/registry.ts'
import { readRows } from '../../../problems/files/read-rows.ts'
import { isBadRow } from '../../../problems/rows.ts'
import { hashOf, sha256 } from '../../../schemas/canonical.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { readBytes } from '../../../store/files/entries.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/**
 * Finds the files that the filters of a recipe read.
 *
 * @throws UsageError when one is not there
 */
export async function locateFilterFiles(
  { filter }: Pick<Recipe, 'filter'>,
  cwd: string,
): Promise<RunContext['filterFiles']> {
  const located: RunContext['filterFiles'] = {}
  for (const name of filesOf(settingsOf(allFilters, filter))) {
    const path = resolve(cwd, name)
    const bytes = await readBytes(path)
    if (bytes === undefined)
      throw new UsageError(
        `filter: a file "${name}" is named and not there (looked in ${cwd}); correct the path`,
      )
    located[name] = { path, digest: sha256(bytes) }
  }
  return located
}

let latest: { key: string; files: FilterFiles } | undefined

/** Reads the files that filters use, once in a thread as long as they stay the same. */
export async function readFilterFiles({
  filterFiles,
}: Pick<RunContext, 'filterFiles'>): Promise<FilterFiles> {
  const key = hashOf(filterFiles)
  if (latest?.key === key) return latest.files
  const rows = new Map<string, FileRow[]>()
  for (const [name, { path }] of Object.entries(filterFiles)) rows.set(name, await rowsOf(name, path))
  const files: FilterFiles = (name) => {
    const found = rows.get(name)
    if (found === undefined) throw new Error(`the file ${name} was not located`)
    return found
  }
  latest = { key, files }
  return files
}

async function rowsOf(name: string, path: string): Promise<FileRow[]> {
  const rows: FileRow[] = []
  for await (const row of readRows(
    { files: path, format: 'auto' },
    { stdin: Readable.from([]), cwd: resolve(path, '..') },
  )) {
    if (isBadRow(row))
      throw new UsageError(`filter: ${name}: ${row.position}: ${row.message}; correct the file`)
    rows.push(row.row)
  }
  return rows
}
