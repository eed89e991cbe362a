import { join } from 'node:path'
import { namesIn } from '../files/entries.ts'
import { importAttempt } from './paths.ts'

/** Whether anything has been asked for a run; imported traces cost nothing to import again. */
export async function hasBeenAsked(runFolder: string): Promise<boolean> {
  const folder = join(runFolder, 'journal', 'generate')
  for (const shard of await namesIn(folder))
    if ((await namesIn(join(folder, shard))).some((name) => !name.startsWith(importAttempt))) return true
  return false
}
