import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { codeOf } from './disk-error.ts'

/** Whether something is there under this name. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** Whether there is a folder under this name. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Bytes of a file; `undefined` where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifThere(stat(path)))?.size
}

/** When the content of a file was last changed, in nanoseconds of its file system; `undefined` where there is none. */
export async function changedAt(path: string): Promise<bigint | undefined> {
  return (await ifThere(stat(path, { bigint: true })))?.mtimeNs
}

/** The text of a file; `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return ifThere(readFile(path, 'utf8'))
}

/** The bytes of a file; `undefined` where there is none. */
export async function readBytes(path: string): Promise<Buffer | undefined> {
  return ifThere(readFile(path))
}

/** Names of the entries of a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return ((await ifThere(readdir(folder))) ?? []).sort()
}

/** Names of the folders in a folder, sorted; none where there is no such folder. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = (await ifThere(readdir(folder, { withFileTypes: true }))) ?? []
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** Everything below a folder, at any depth, that is not a folder itself. Paths are relative to that folder and use `/`. */
export async function entriesBelow(folder: string): Promise<{ path: string; isFile: boolean }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      path: relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
      isFile: entry.isFile(),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Makes a folder and its parents; an existing folder is left unchanged. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
}

/**
 * Makes a folder and at most so many levels of it. Where more is missing, what it belongs to was moved or deleted under
 * way, and what would be written at the old place might never be found again.
 *
 * @throws the system's ENOENT when more is missing
 */
export async function makeLastFolders(folder: string, levels: number): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || levels <= 1) throw error
    await makeLastFolders(dirname(folder), levels - 1)
    await makeLastFolders(folder, 1)
  }
}

/** Gives a file another name in the same file system. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to)
}

/** Removes a file, or a folder with everything in it; a missing one is no error. */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

/** Removes a folder unless something is in it. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error
  }
}

async function ifThere<Found>(found: Promise<Found>): Promise<Found | undefined> {
  try {
    return await found
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
