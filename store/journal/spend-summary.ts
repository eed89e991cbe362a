import { join } from 'node:path'
import { SpendSummary, type Bought } from '../../schemas/spend.ts'
import { replaceFile } from '../files/atomic.ts'
import { readText, sizeOf } from '../files/entries.ts'
import { filesOfAttempt, readJournalFiles } from './reader.ts'
import { openSpendTally, type BillOf } from './spend-tally.ts'

/** The file that an attempt leaves beside its journal to say what the journal's lines cost. */
function summaryPath(attemptFolder: string): string {
  return join(attemptFolder, 'spend.json')
}

/**
 * What one attempt at a shard has bought, from the summary that it left at its end; from its lines where a kill kept it
 * from leaving one.
 */
export async function attemptSpend(
  attemptFolder: string,
  billOf: BillOf,
): Promise<{ bought: Bought[]; isStored: boolean }> {
  const files = await filesOfAttempt(attemptFolder)
  const bytes = await totalBytes(files)
  const stored = await readSummary(attemptFolder)
  if (stored?.bytes === bytes) return { bought: stored.bought, isStored: true }
  const tally = openSpendTally(billOf)
  for await (const { line } of readJournalFiles(files)) tally.add(line)
  return { bought: tally.bought(), isStored: false }
}

/** Writes down what an attempt that has ended has bought. */
export async function storeSpend(attemptFolder: string, bought: Bought[]): Promise<void> {
  const bytes = await totalBytes(await filesOfAttempt(attemptFolder))
  const summary: SpendSummary = { format: 1, bytes, bought }
  await replaceFile(summaryPath(attemptFolder), `${JSON.stringify(summary)}\n`)
}

/** `undefined` where there is none that can be read: then the lines say it. */
async function readSummary(attemptFolder: string): Promise<SpendSummary | undefined> {
  try {
    return SpendSummary.parse(JSON.parse((await readText(summaryPath(attemptFolder))) ?? ''))
  } catch {
    // Missing, torn or of another version.
    return undefined
  }
}

async function totalBytes(files: readonly string[]): Promise<number> {
  let bytes = 0
  for (const file of files) bytes += (await sizeOf(file)) ?? 0
  return bytes
}
