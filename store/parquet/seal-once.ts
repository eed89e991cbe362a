import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { checkSeal } from './seal.ts'

/** The marks of files that this process found whole, by path. */
const whole = new Map<string, string>()

/** A file that was changed just now may be changed again without a trace, because file systems count time in steps. */
const settledMs = 100

/**
 * Holds every byte of a file against its checksum the first time, and again when the file system says that the file was touched
 * since. What a disk does to it without saying so is seen by the next process.
 *
 * @returns whether the file is sealed
 * @throws Error when it is not what was written
 */
export async function checkSealOnce(handle: FileHandle, path: string): Promise<boolean> {
  const stamp = stampOf(await handle.stat({ bigint: true }))
  if (stamp !== undefined && whole.get(path) === stamp) return true
  const isSealed = await checkSeal(handle, 'all')
  if (isSealed && stamp !== undefined) whole.set(path, stamp)
  return isSealed
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs, ctimeMs }: BigIntStats): string | undefined {
  return Date.now() - Number(ctimeMs) < settledMs ? undefined : [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}
