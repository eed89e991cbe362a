import { readJournal } from '../../../../store/journal/reader.ts'
import { journalsOf } from '../../../../store/run/paths.ts'
import { readBatches, type Batch } from './batches.ts'

/** A batch and how far its results are in. */
export type BatchState = Batch & { answered: number; failed: number; awaited: number }

/** Every batch of a run with its results, counted from the journal. Holds two numbers for each batch. */
export async function batchStates(runFolder: string): Promise<BatchState[]> {
  const batches = new Map(
    (await readBatches(runFolder)).map((batch) => [batch.name, { ...batch, answered: 0, failed: 0 }]),
  )
  if (batches.size === 0) return []
  // Those of earlier cuts too: a result is taken in where its sample was exported.
  for (const folder of await journalsOf(runFolder, 'generate')) {
    for await (const { line } of readJournal(folder)) {
      if (line.type !== 'answered' && line.type !== 'failed') continue
      const batch = line.batch === undefined ? undefined : batches.get(line.batch)
      if (batch) batch[line.type] += 1
    }
  }
  return [...batches.values()].map((batch) =>
    Object.assign(batch, { awaited: batch.lines - batch.answered - batch.failed }),
  )
}
