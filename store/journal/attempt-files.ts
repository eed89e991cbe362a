import { join } from 'node:path'
import { foldersIn, namesIn, sizeOf } from '../files/entries.ts'

/** The attempts at a shard, in the order in which they were begun, which their names say. */
export async function attemptFolders(shardFolder: string): Promise<string[]> {
  return (await foldersIn(shardFolder)).map((attempt) => join(shardFolder, attempt))
}

/** Paths of the journal files of one attempt, in order. */
export async function filesOfAttempt(attemptFolder: string): Promise<string[]> {
  const names = await namesIn(attemptFolder)
  // File managers leave hidden files of any name.
  return names.filter((name) => /^[^.].*\.jsonl$/.test(name)).map((name) => join(attemptFolder, name))
}

/** Size of the journal files of an attempt together. */
export async function bytesOfAttempt(attemptFolder: string): Promise<number> {
  let bytes = 0
  for (const file of await filesOfAttempt(attemptFolder)) bytes += (await sizeOf(file)) ?? 0
  return bytes
}
