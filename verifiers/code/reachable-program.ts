import { chmodSync, constants, copyFileSync, linkSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const copies = new Map<string, string>()

/**
 * A path under which a program can be started by the user that sandboxes run as. A root process gives its rights up
 * before the sandbox opens anything, and a project below a private folder (`/root`, a temporary folder of root's) is then
 * out of reach: the program gets a second name in a public temporary folder, until this process ends.
 */
export function reachableProgram(path: string): string {
  if (process.getuid?.() !== 0 || canBeReached(path)) return path
  let copy = copies.get(path)
  if (copy === undefined) {
    copy = publish(path)
    copies.set(path, copy)
  }
  return copy
}

/** Whether every folder above lets everybody pass, and everybody may read and run the file. */
function canBeReached(path: string): boolean {
  return canBeEntered(dirname(path)) && (statSync(path).mode & 0o005) === 0o005
}

function canBeEntered(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false
  return folder === dirname(folder) || canBeEntered(dirname(folder))
}

function publish(path: string): string {
  const place = ['/tmp', '/var/tmp', tmpdir()].find((folder) => canBeEntered(folder)) ?? tmpdir()
  const folder = mkdtempSync(join(place, 'twinstill-program-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const copy = join(folder, basename(path))
  const mayBeRun = (statSync(path).mode & 0o005) === 0o005
  try {
    // A second name costs nothing; it is refused across file systems.
    if (!mayBeRun) throw new Error('a second name would have the same mode')
    linkSync(path, copy)
  } catch {
    copyFileSync(path, copy, constants.COPYFILE_FICLONE)
    chmodSync(copy, 0o755)
  }
  return copy
}
