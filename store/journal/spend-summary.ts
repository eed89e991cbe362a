import { hash } from 'node:crypto'
import { join } from 'node:path'
import { canonicalJson } from '../../schemas/canonical.ts'
import { SpendSummary, type Bought } from '../../schemas/spend.ts'
import { replaceFile } from '../files/atomic.ts'
import { readText } from '../files/entries.ts'
import { bytesOfAttempt } from './attempt-files.ts'

/** The file that an attempt leaves beside its journal to say what the journal's lines cost. */
function summaryPath(attemptFolder: string): string {
  return join(attemptFolder, 'spend.json')
}

/** Writes down what an attempt that has ended has bought. */
export async function storeSpend(attemptFolder: string, bought: Bought[]): Promise<void> {
  const bytes = await bytesOfAttempt(attemptFolder)
  const summary: SpendSummary = { format: 2, bytes, bought, sum: sumOf({ bytes, bought }) }
  await replaceFile(summaryPath(attemptFolder), `${JSON.stringify(summary)}\n`)
}

/** `undefined` where there is none that can be read: then the lines say it. */
export async function readSummary(attemptFolder: string): Promise<SpendSummary | undefined> {
  try {
    const summary = SpendSummary.parse(JSON.parse((await readText(summaryPath(attemptFolder))) ?? ''))
    return summary.format === 2 && summary.sum !== sumOf(summary) ? undefined : summary
  } catch {
    // Missing, torn, damaged or of another version.
    return undefined
  }
}

/** Bytes that the files of an attempt had when its summary was written and have no more. */
export async function missingBytes(attemptFolder: string): Promise<number> {
  const stored = await readSummary(attemptFolder)
  // In the first format a damaged line was to be deleted by hand.
  if (stored?.format !== 2) return 0
  return Math.max(0, stored.bytes - (await bytesOfAttempt(attemptFolder)))
}

function sumOf({ bytes, bought }: Pick<SpendSummary, 'bytes' | 'bought'>): string {
  return hash('sha256', canonicalJson({ bytes, bought }), 'hex').slice(0, 16)
}
