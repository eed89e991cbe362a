import { join } from 'node:path'
import type { EndpointClient } from '../../teachers/endpoint.ts'
import { batchesOut, isInBatch } from '../batch/batches.ts'
import type { Engine } from '../engine.ts'
import { repairTornTails } from '../journal/reader.ts'
import { journalState, needsAsking } from '../journal/state.ts'
import { openJournal, type JournalWriter } from '../journal/writer.ts'
import { journalFolder } from '../run/paths.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import { settleAll } from '../settle.ts'
import { askSample } from './ask-sample.ts'

/**
 * Asks for every sample of a shard that has no answer on disk. A second start therefore sends only what is missing, and
 * what was asked under another recipe is found again when the recipe returns to it.
 *
 * @returns how many samples are left out because they are on their way through a batch
 */
export async function askMissing(engine: Engine, shard: number): Promise<number> {
  const folder = journalFolder(engine.context.runFolder, shard)
  await repairTornTails(folder)
  const states = await journalState(folder)
  const missing = new Map<string, WantedSample[]>()
  const out = await batchesOut(engine.context.runFolder)
  let known = 0
  let inBatches = 0
  for await (const sample of wantedSamples(engine.context, shard)) {
    const state = states.get(sample.key)
    if (!needsAsking(state)) {
      known += 1
      continue
    }
    if (isInBatch(state, out)) {
      inBatches += 1
      continue
    }
    if (sample.arm.import)
      throw new Error(`sample ${sample.key} of the imported arm ${sample.arm.name} is not in the journal`)
    const ofEndpoint = missing.get(sample.arm.endpoint)
    if (ofEndpoint) ofEndpoint.push(sample)
    else missing.set(sample.arm.endpoint, [sample])
  }
  engine.reporter.advance({ samples: known, known: true })
  if (missing.size === 0) return inBatches
  const journal = openJournal(join(folder, engine.attempt))
  try {
    // Each endpoint has a loop of its own, so that a slow one does not hold back the others.
    await settleAll(
      [...missing].map(([name, samples]) =>
        orHalt(engine, async () => askEndpoint(engine, await engine.endpoint(name), journal, samples)),
      ),
    )
  } finally {
    await journal.close()
  }
  return inBatches
}

async function askEndpoint(
  engine: Engine,
  endpoint: EndpointClient,
  journal: JournalWriter,
  samples: WantedSample[],
): Promise<void> {
  const asked: Promise<void>[] = []
  for (const sample of samples) {
    await endpoint.ready()
    if (engine.stop.stop.aborted) break
    asked.push(orHalt(engine, async () => void (await askSample(engine, endpoint, journal, sample))))
  }
  // What is in flight has been paid for: it is waited for and journalled even when the run is to end.
  await settleAll(asked)
  engine.stop.stop.throwIfAborted()
}

/** What ends one request ends the run: nothing more is sent anywhere, so that no other endpoint runs on alone. */
async function orHalt(engine: Engine, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    engine.stop.halt(error)
    throw error
  }
}
