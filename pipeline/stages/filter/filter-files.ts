import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { filesOf, settingsOf } from '../../../filters/apply.ts'
import type { FileRow, FilterFiles } from '../../../filters/filter.ts'
import { allFilters } from '../../../filters/registry.ts'
import { readRows } from '../../../problems/files/read-rows.ts'
import { isBadRow } from '../../../problems/rows.ts'
import { hashOf, sha256 } from '../../../schemas/canonical.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { loadPinnedFile, pinnedFileOf, pinnedPath, pinnedState } from '../../../hub/read/pinned-file.ts'
import type { HubAccess } from '../../../hub/read/reader.ts'
import { readBytes } from '../../../store/files/entries.ts'
import { filterFilesFolder } from '../../../store/run/paths.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/**
 * Finds the files that the filters of a recipe read. One of the Hub is found where `loadFilterFiles` puts it: its name says
 * what it holds, whether it is there or not.
 *
 * @throws UsageError when one is not there
 */
export async function locateFilterFiles(
  { recipe: { filter }, runFolder }: { recipe: Pick<Recipe, 'filter'>; runFolder: string },
  cwd: string,
): Promise<RunContext['filterFiles']> {
  const located: RunContext['filterFiles'] = {}
  for (const name of filesOf(settingsOf(allFilters, filter))) {
    const pinned = pinnedFileOf(name)
    if (pinned !== undefined) {
      located[name] = { path: pinnedPath(filterFilesFolder(runFolder), pinned), digest: sha256(name) }
      continue
    }
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

/**
 * Loads the files of the Hub that are not there yet, into the run folder; what is there needs no network.
 *
 * @throws UsageError or RunError, one line for a person
 */
export async function loadFilterFiles(
  { filterFiles, runFolder }: Pick<RunContext, 'filterFiles' | 'runFolder'>,
  hub: (folder: string) => HubAccess,
): Promise<void> {
  const folder = filterFilesFolder(runFolder)
  for (const name of Object.keys(filterFiles)) {
    const pinned = pinnedFileOf(name)
    if (pinned !== undefined) await loadPinnedFile(pinned, { ...hub(folder), folder })
  }
}

let latest: { key: string; files: FilterFiles } | undefined

/** Reads the files that filters use, once in a thread as long as they stay the same. */
export async function readFilterFiles({
  filterFiles,
  runFolder,
}: Pick<RunContext, 'filterFiles' | 'runFolder'>): Promise<FilterFiles> {
  const key = hashOf(filterFiles)
  if (latest?.key === key) return latest.files
  const rows = new Map<string, FileRow[]>()
  for (const [name, { path }] of Object.entries(filterFiles)) {
    await requireLoaded(name, runFolder)
    rows.set(name, await rowsOf(name, path))
  }
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

/** @throws UsageError for a file of the Hub that is not on disk as it was loaded */
async function requireLoaded(name: string, runFolder: string): Promise<void> {
  const pinned = pinnedFileOf(name)
  const state = pinned && (await pinnedState(filterFilesFolder(runFolder), pinned))
  if (state === 'missing')
    throw new UsageError(
      `filter: ${name} is not loaded yet; the next start of the run does it, put it into the recipe`,
    )
  if (state === 'changed')
    throw new UsageError(
      `filter: ${name} is not on disk as it was loaded; start the run again, which loads it anew`,
    )
}
