import { dirname, join } from 'node:path'
import { replaceFolder, syncFolder } from '../files/atomic.ts'
import { codeOf } from '../files/disk-error.ts'
import { isFolder, moveFile } from '../files/entries.ts'
import type { CommitSlot } from './slot.ts'

/**
 * Gives files, or folders, that were committed their public names where that has not been done. A file can get its name once, whoever
 * does it: the holder that wakes later finds its file gone, so it cannot put it over one that was committed since.
 */
export async function finishCommits(runFolder: string, commits: readonly CommitSlot[]): Promise<void> {
  for (const { from, to } of commits) {
    try {
      if (await isFolder(join(runFolder, from))) {
        await replaceFolder(join(runFolder, from), join(runFolder, to))
        continue
      }
      await moveFile(join(runFolder, from), join(runFolder, to))
      await syncFolder(dirname(join(runFolder, to)))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}
