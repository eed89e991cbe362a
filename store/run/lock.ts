import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../../schemas/canonical.ts'
import { UsageError } from '../../schemas/errors.ts'
import { ProcessName } from '../../schemas/process-name.ts'
import { isAlive, thisProcess } from './process-name.ts'

/**
 * Takes the run folder for this process. A second run on the same folder would ask, and pay for, the same samples.
 *
 * The lock of a process that has ended (killed, crashed, machine restarted) is taken over at once, so that a run can be
 * started again right after a kill. Whether a process on another machine has ended is not visible from here, so the message
 * says what to check.
 *
 * @returns a function that gives the folder back
 * @throws UsageError when a living process holds it
 */
export async function lockRunFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'run.lock')
  const mine = thisProcess()
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await createExclusively(path, mine)) return () => rm(path, { force: true })
    const holder = await readHolder(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new UsageError(
        `${folder} is in use by process ${holder.pid} on ${holder.host}; wait until it ends, stop it, or choose another folder with --run` +
          (holder.host === mine.host ? '' : ` (if that machine is gone, delete ${path})`),
      )
    }
    await removeStale(path, holder)
  }
  throw new UsageError(
    `${path} keeps changing hands; another process is starting on this run folder, so start this one later`,
  )
}

/** Writes the lock under another name and links it into place, so that a lock file never exists without its content. */
async function createExclusively(path: string, holder: ProcessName): Promise<boolean> {
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, JSON.stringify(holder))
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Two processes may find the same stale lock; the slower one must not remove the lock that the faster one took. */
async function removeStale(path: string, stale: ProcessName | undefined): Promise<void> {
  const aside = `${path}.${process.pid}.stale`
  try {
    await rename(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = await readHolder(aside)
  if (moved !== undefined && canonicalJson(moved) !== canonicalJson(stale)) await link(aside, path)
  await rm(aside, { force: true })
}

/** `undefined` when there is no lock or nothing readable in it. */
async function readHolder(path: string): Promise<ProcessName | undefined> {
  try {
    return ProcessName.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}
