import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { codeOf, writeError } from './disk-error.ts'
import { exists } from './entries.ts'

/*
 * Every file that others read is written in one way: under a temporary name in the same folder, forced to disk, then
 * given its name, then the folder forced to disk. So the file exists whole or not at all, even after a crash or a power cut.
 */

/** A file that is being written and has only its temporary name. */
export type BegunFile = {
  /** Open for writing until `finish`. */
  handle: FileHandle
  /** The path of the file until it is published. */
  temporary: string
  /** Forces the content to disk and closes the file. */
  finish(): Promise<void>
  /** Gives the file its name, in place of an older one. The caller forces the folder to disk when all names are given. */
  publish(path: string): Promise<void>
  /** Closes and removes the file unless it is published. */
  discard(): Promise<void>
}

/** Begins a file under a temporary name, which must not be there yet. */
export async function beginFile(temporary: string): Promise<BegunFile> {
  const handle = await open(temporary, 'wx+')
  let isOpen = true
  let isPublished = false
  async function close(): Promise<void> {
    if (isOpen) await handle.close()
    isOpen = false
  }
  async function finish(): Promise<void> {
    if (!isOpen) return
    await handle.sync()
    await close()
  }
  return {
    handle,
    temporary,
    finish,
    async publish(path) {
      await finish()
      await rename(temporary, path)
      isPublished = true
    },
    async discard() {
      await close()
      if (!isPublished) await rm(temporary, { force: true })
    },
  }
}

export type PublishOptions = {
  /** What to write; the handle is empty and open for writing. */
  write: (handle: FileHandle) => Promise<void>
  /** Checks the written file, which is already on disk, before it gets its name. If it throws, the file gets none. */
  check?: (temporaryPath: string) => Promise<void>
  /** Replaces an existing file; otherwise an existing file is an error and is left unchanged. */
  replace?: boolean
}

/**
 * Writes a file whole or not at all. The temporary file is gone after any error.
 *
 * @throws RunError that names the path when it cannot be written, or is there and must not be replaced
 */
export async function publishFile(
  path: string,
  { write, check, replace = false }: PublishOptions,
): Promise<void> {
  let file: BegunFile | undefined
  try {
    if (!replace && (await exists(path))) throw existsError(path)
    file = await beginFile(temporaryName(path))
    await write(file.handle)
    await file.finish()
    await check?.(file.temporary)
    if (replace) await file.publish(path)
    else await linkInPlace(file.temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw writeError(path, error)
  } finally {
    await file?.discard()
  }
}

/** Writes a small file whole or not at all, in place of an older one. Its folder is made where it is missing. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await publishFile(path, { replace: true, write: (handle) => handle.writeFile(content) })
}

/**
 * Puts a freshly written folder in the place of an older one, which is left alone where the fresh one is gone: another worker
 * has done it then, and may have published a later one. A kill between the two renames leaves no folder of that name and
 * the older one under a temporary name.
 */
export async function replaceFolder(fresh: string, folder: string): Promise<void> {
  await stat(fresh)
  const old = temporaryName(folder)
  try {
    await rename(folder, old)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  try {
    await rename(fresh, folder)
  } catch (error) {
    if (await exists(old)) await rename(old, folder)
    throw error
  }
  await syncFolder(dirname(folder))
  await rm(old, { recursive: true, force: true })
}

/** Forces the names in a folder to disk: a file that was created or renamed there survives a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Gives a file that nobody changes a second name, which must not be there yet. Where that cannot be it is copied. The caller
 * forces the folder to disk.
 */
export async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!withoutLinks.has(codeOf(error))) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
    const handle = await open(to, 'r+')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

/** How file systems answer that cannot give a file a second name; some mounted object stores cannot. */
const withoutLinks = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV'])

/** Whether a file name is one that only a kill can have left. */
export function isLeftover(name: string): boolean {
  return /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name)
}

/** A name beside a path that nobody else uses. What a kill leaves under it is removed when a process has the run for itself. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
}

async function linkInPlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw existsError(path)
    if (!withoutLinks.has(codeOf(error))) throw error
    // Two writers may then both get here, but what they publish under one
    // name is byte-equal, so the second rename changes nothing.
    if (await exists(path)) throw existsError(path)
    await rename(temporary, path)
  }
}

function existsError(path: string): RunError {
  return new RunError(`cannot write ${path}: the file exists; remove it or ask for it to be replaced`)
}
