import { randomUUID } from 'node:crypto'
import { link, open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../schemas/errors.ts'
import { codeOf } from '../files/disk-error.ts'
import { readText } from '../files/entries.ts'

/** How statfs(2) names file systems in user space: object stores that are mounted as folders, most of the time. */
const fuse = 0x65735546

/** How the names of the files begin with which a file system is tried. */
export const tryPrefix = '.check.'

/**
 * Tries what several workers on one folder rely on: that a name is given once, that a file tells how many names it has, and
 * that what was written is read by whoever opens the file anew.
 *
 * @param shared whether other machines may work on the folder: then a file system in user space is refused too, since
 *   most are caches of one machine over a store that keeps the last of two writers
 * @throws UsageError that says what does not hold
 */
export async function checkFileSystem(folder: string, shared: boolean): Promise<void> {
  const refuse = (what: string): never => {
    throw new UsageError(
      `${folder} cannot be a run folder: ${what}; choose a folder on a local disk, NFS, Lustre or another POSIX file system with --run`,
    )
  }
  if (shared && (await statfs(folder)).type === fuse)
    refuse('its file system is one in user space (FUSE), which does not keep two machines apart')
  const first = join(folder, `${tryPrefix}${randomUUID()}.tmp`)
  const second = join(folder, `${tryPrefix}${randomUUID()}.tmp`)
  try {
    const handle = await open(first, 'wx')
    await handle.writeFile('written')
    await handle.sync()
    await handle.close()
    const given = await Promise.allSettled([link(first, second), link(first, second)])
    const refused = given.flatMap((each) => (each.status === 'rejected' ? [codeOf(each.reason)] : []))
    if (refused.length !== 1 || refused[0] !== 'EEXIST')
      refuse(
        refused.length === 0
          ? 'it gives one name to two files'
          : `it does not give a file a second name (${refused.join(', ')})`,
      )
    if ((await stat(first)).nlink !== 2) refuse('it does not tell how many names a file has')
    if ((await readText(second)) !== 'written') refuse('it does not show what was just written')
  } finally {
    await rm(first, { force: true })
    await rm(second, { force: true })
  }
}
