import type { Bought } from '../../schemas/spend.ts'
import { bytesOfAttempt } from './attempt-files.ts'
import { readAttempt } from './reader.ts'
import { openSpendTally, type BillOf } from './spend-tally.ts'
import { readSummary } from './spend-summary.ts'

/**
 * What one attempt at a shard has bought, from the summary that it left at its end; from its lines where a kill kept it
 * from leaving one. Lines that are gone since its end were paid for all the same.
 */
export async function attemptSpend(
  attemptFolder: string,
  billOf: BillOf,
): Promise<{ bought: Bought[]; isStored: boolean }> {
  const stored = await readSummary(attemptFolder)
  if (stored?.bytes === (await bytesOfAttempt(attemptFolder)))
    return { bought: stored.bought, isStored: true }
  const tally = openSpendTally(billOf)
  for await (const { line } of readAttempt(attemptFolder)) tally.add(line)
  return { bought: tally.bought(), isStored: false }
}
