import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { exists } from '../files/entries.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The commit of this program's own repository, with `-dirty` behind it where files differ from it; `undefined` where the
 * program does not run from a repository of its own, or git is not there to ask.
 */
export async function programCommit(): Promise<string | undefined> {
  // Inside of somebody else's repository git would tell that one's commit.
  if (!(await exists(`${root}.git`))) return undefined
  // A hook of git sets variables that lead to another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  try {
    const wanted = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
    const { stdout } = await promisify(execFile)('git', ['-C', root, ...wanted], { env })
    return stdout.trim()
  } catch {
    // No git, or it refuses the folder: then nothing is known, and the record says nothing.
    return undefined
  }
}
