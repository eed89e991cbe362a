import { randomUUID } from 'node:crypto'
import { access, link, open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RunError, TwinstillError } from '../../schemas/errors.ts'

export type PublishOptions = {
  /** What to write; the handle is empty and open for writing. */
  write: (handle: FileHandle) => Promise<void>
  /** Looks at what was written, already on disk, before it gets its name; throws to keep it from getting one. */
  check?: (temporaryPath: string) => Promise<void>
  /** Takes the place of an existing file; otherwise an existing file is an error and stays as it is. */
  replace?: boolean
}

/**
 * Writes a file so that it is there whole or not at all, also after a crash or a power cut: under a temporary name
 * (`.NAME.<random>.tmp`) in the same folder, forced to disk, then linked to its name without overwriting, then the folder
 * forced to disk. The temporary file is gone after any error. Throws a RunError that names the path.
 */
export async function publishFile(path: string, options: PublishOptions): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    if (options.replace !== true && (await exists(path))) throw existsError(path)
    await writeDurably(temporary, options.write)
    await options.check?.(temporary)
    if (options.replace === true) await rename(temporary, path)
    else await linkInPlace(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw writeError(path, error)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Publishes a text as UTF-8. */
export async function publishText(
  path: string,
  text: string,
  options?: { replace?: boolean },
): Promise<void> {
  await publishFile(path, { ...options, write: (handle) => handle.writeFile(text) })
}

async function writeDurably(path: string, write: PublishOptions['write']): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await write(handle)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function linkInPlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw existsError(path)
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(error))) throw error
    // Some mounted object stores have no hard links. Two writers may then both get here, but what they publish under one
    // name is byte-equal, so the second rename changes nothing.
    if (await exists(path)) throw existsError(path)
    await rename(temporary, path)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function existsError(path: string): RunError {
  return new RunError(`cannot write ${path}: the file exists; remove it or ask for it to be replaced`)
}

/** An error of the disk as a RunError that says what to do; any other error as it is. */
export function writeError(path: string, error: unknown): unknown {
  const reason = diskReasons[codeOf(error)]
  if (error instanceof TwinstillError || reason === undefined) return error
  return new RunError(`cannot write ${path}: ${reason} (${codeOf(error)})`, { cause: error })
}

const diskReasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and start again',
  EDQUOT: 'the disk quota is used up; free some space and start again',
  EFBIG: 'the file is larger than the system allows; raise the limit or make smaller shards',
  EACCES: 'no permission; check who owns the folder',
  EPERM: 'no permission; check who owns the folder',
  EROFS: 'the file system is read-only; choose another folder',
  ENOENT: 'the folder does not exist; make it first',
  ENOTDIR: 'a part of the path is not a folder; check the path',
  EIO: 'the disk reported an input/output error; check the disk',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
