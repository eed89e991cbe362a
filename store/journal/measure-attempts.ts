import { basename, join } from 'node:path'
import { attemptOf, type Cuts } from '../leases/cuts.ts'
import { filesOfAttempt } from './attempt-files.ts'
import { askedOfShards } from './shard-claims.ts'
import { wholeBytes } from './torn-tail.ts'
import { foldersIn } from '../files/entries.ts'

/** The bytes of whole lines that attempts at a shard have written so far, to its judges too. */
export async function measureAttempts(
  runFolder: string,
  shard: string,
  attempts: readonly string[],
): Promise<Cuts> {
  const cuts: Cuts = Object.fromEntries(attempts.map((attempt) => [attempt, {}]))
  for (const asked of askedOfShards) {
    const folder = join(runFolder, 'journal', asked, shard)
    for (const attempt of await foldersIn(folder)) {
      const files = attemptOf(cuts, attempt)
      if (files === undefined) continue
      for (const file of await filesOfAttempt(join(folder, attempt)))
        files[join(asked, attempt, basename(file))] = await wholeBytes(file)
    }
  }
  return cuts
}
