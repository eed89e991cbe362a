import { RunError, TwinstillError } from '../../schemas/errors.ts'

/** Turns an error of the disk into a RunError that says what to do; other errors are returned unchanged. */
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
  ENOENT: 'the folder does not exist, or was moved or removed under way; see that it is there',
  EISDIR: 'a folder stands where the file belongs; move it away',
  ENAMETOOLONG: 'the name is longer than the file system allows; choose a shorter one',
  ENOTDIR: 'a part of the path is not a folder; check the path',
  EIO: 'the disk reported an input/output error; check the disk',
}

/** The code of a system error, empty for other errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
