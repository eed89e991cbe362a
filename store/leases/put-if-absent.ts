import { randomUUID } from 'node:crypto'
import { link, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from '../files/atomic.ts'
import { codeOf } from '../files/disk-error.ts'

/**
 * Creates a file with its whole content unless there is one of that name. The file system decides: a finished file gets its
 * second name by link(2), which is atomic on every POSIX file system, over a network too.
 *
 * The reply of a network file system may be lost, so that the client asks again and is told that the name is taken, by its
 * own first try. The file's count of links says whose name it is (link(2), BUGS).
 *
 * @param durable whether content and name must outlive a power cut of this machine
 * @returns whether this call created it
 */
export async function putIfAbsent(path: string, text: string, durable = false): Promise<boolean> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`)
  const handle = await open(temporary, 'wx')
  try {
    await handle.writeFile(text)
    if (durable) await handle.sync()
  } finally {
    await handle.close()
  }
  let created = true
  try {
    await link(temporary, path)
  } catch (error) {
    created = (await stat(temporary)).nlink === 2
    if (!created && codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
  if (created && durable) await syncFolder(folder)
  return created
}
