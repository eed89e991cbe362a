import { dirname } from 'node:path'
import type { WrittenOutcome } from '../../schemas/journal.ts'
import { publishFile } from '../files/atomic.ts'
import { makeFolder } from '../files/entries.ts'
import { sealLine } from './line.ts'
import { storeSpend } from './spend-summary.ts'

/**
 * Writes a journal file of outcomes that are known all at once, as those of imported traces are: it is there whole or not
 * at all, and takes the place of an earlier one.
 */
export async function publishJournal(path: string, outcomes: AsyncIterable<WrittenOutcome>): Promise<void> {
  await makeFolder(dirname(path))
  await publishFile(path, {
    replace: true,
    async write(handle) {
      for await (const outcome of outcomes) await handle.appendFile(sealLine(outcome))
    },
  })
  // Nothing was bought, but so the size of the file is known.
  await storeSpend(dirname(path), [])
}
