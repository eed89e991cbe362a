import { join } from 'node:path'
import { billOf } from '../../../teachers/cost/bill.ts'
import type { EndpointClient } from '../../../teachers/endpoint/endpoint.ts'
import { type BatchGate, openBatches } from './batch/batches.ts'
import type { Worker } from '../../engine/worker.ts'
import { repairTornTails } from '../../../store/journal/torn-tail.ts'
import type { SampleState } from '../../../store/journal/state.ts'
import { openJournal, type JournalWriter } from '../../../store/journal/writer.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import {
  seriesName,
  wantedSeries,
  type SampleSeries,
  type SamplesTaken,
  type WantedSample,
} from './samples.ts'
import type { ShardJob } from '../stage.ts'
import { openShardJournal, type ShardJournal } from '../shard-journal.ts'
import { waitForAll } from '../../engine/wait-for-all.ts'
import { askChain, askOnce, type Ask } from './ask-chain.ts'
import { askSample } from './ask-sample.ts'
import { isComplete, readChain } from './read-chain.ts'
import { beginSeries, sampleSeries, type SeriesProgress } from './sample-series.ts'

/** Problems of adaptive arms whose answers on disk are read and checked at a time. */
const replaysAtATime = 64

type ShardWork = {
  shard: number
  known: ShardJournal
  taken: SamplesTaken
  batches: BatchGate
}

/** A sample, or the samples of one problem, that something has to be asked for. */
type Work = (ask: Ask) => Promise<void>

/**
 * Asks for everything of a shard that has no answer on disk. A second start therefore sends only what is missing, and
 * what was asked under another recipe is found again when the recipe returns to it.
 *
 * @returns how many samples each problem gets from the adaptive arms, and how many samples are left out because they are
 *   on their way through a batch
 */
export async function askMissing(
  worker: Worker,
  { shard, lease }: Pick<ShardJob, 'shard' | 'lease'>,
): Promise<{ taken: SamplesTaken; inBatches: number }> {
  const folder = journalFolder(worker.context.runFolder, shard)
  await repairTornTails(folder)
  const known = await openShardJournal(worker.context, shard)
  const taken: SamplesTaken = new Map()
  const batches = await openBatches(worker.context.runFolder, known.states)
  const { missing } = await planWork(worker, { shard, known, taken, batches })
  if (missing.size === 0) return { taken, inBatches: batches.left() }
  const journal = openJournal(join(folder, lease?.attempt ?? worker.attempt), billOf, worker.requireAlive)
  try {
    // Each endpoint has a loop of its own, so that a slow one does not hold back the others.
    await waitForAll(
      [...missing].map(([name, work]) =>
        orHalt(worker, async () =>
          askEndpoint(worker, { endpoint: await worker.endpoint(name), journal, batches }, work),
        ),
      ),
    )
  } finally {
    await journal.close()
  }
  return { taken, inBatches: batches.left() }
}

/** The problems of a shard that lack an answer, by id. Nothing is asked. */
export async function unfinishedProblems(worker: Worker, shard: number): Promise<Set<string>> {
  await repairTornTails(journalFolder(worker.context.runFolder, shard))
  const known = await openShardJournal(worker.context, shard)
  const batches = await openBatches(worker.context.runFolder, known.states)
  // Who asks counts what is known; here it would be counted a second time.
  const silent = { ...worker, reporter: { ...worker.reporter, advance: () => undefined } }
  return (await planWork(silent, { shard, known, taken: new Map(), batches })).unfinished
}

/** What has to be asked, by endpoint, in the order of the parts. What is known already is counted and left out. */
async function planWork(
  worker: Worker,
  { shard, known: journal, taken, batches }: ShardWork,
): Promise<{ missing: Map<string, Work[]>; unfinished: Set<string> }> {
  const { states } = journal
  const missing = new Map<string, Work[]>()
  const unfinished = new Set<string>()
  const add = (endpoint: string, work: Work): void => {
    const ofEndpoint = missing.get(endpoint)
    if (ofEndpoint) ofEndpoint.push(work)
    else missing.set(endpoint, [work])
  }
  let replays: SampleSeries[] = []
  const replayAll = async (): Promise<void> => {
    const begun = await Promise.all(
      replays.map((series) => replay(worker, series, { states, taken, batches })),
    )
    for (const series of replays) if (!taken.has(seriesName(series))) unfinished.add(series.problem.id)
    replays = []
    for (const progress of begun)
      if (progress)
        add(progress.series.arm.endpoint, (ask) => askSeries(worker, ask, progress, states, taken))
  }
  const known = new Map<string, number>()
  for await (const series of wantedSeries(worker.context, shard, journal)) {
    if (series.arm.adaptive) {
      if (replays.push(series) >= replaysAtATime) await replayAll()
      continue
    }
    for (let index = 0; index < series.arm.samples; index++) {
      const sample = series.sample(index)
      if (isComplete(sample, states)) {
        known.set(series.arm.name, (known.get(series.arm.name) ?? 0) + 1)
        continue
      }
      unfinished.add(series.problem.id)
      if (series.arm.import)
        throw new Error(`sample ${sample.key} of the imported arm ${series.arm.name} is not in the journal`)
      if (!batches.holds(sample.key))
        add(series.arm.endpoint, (ask) => askSingle(worker, ask, sample, states))
    }
  }
  await replayAll()
  for (const [arm, samples] of known) worker.reporter.advance({ arm, samples, known: true })
  return { missing, unfinished }
}

/** Takes a problem as far as its answers on disk go; `undefined` when that is to its end, or the rest is in batches. */
async function replay(
  worker: Worker,
  series: SampleSeries,
  { states, taken, batches }: Pick<ShardJournal, 'states'> & Pick<ShardWork, 'taken' | 'batches'>,
): Promise<SeriesProgress | undefined> {
  const progress = beginSeries(series)
  let isToAsk = false
  const done = await sampleSeries(worker, progress, async (index) => {
    const { chain } = readChain(series.sample(index), states, 'missing')
    if (chain.next && !batches.holds(chain.next.key)) isToAsk = true
    return chain.end && { end: chain.end, interrupted: false }
  })
  worker.reporter.advance({ arm: series.arm.name, samples: progress.correct.length, known: true })
  if (done === undefined) return isToAsk ? progress : undefined
  taken.set(seriesName(series), done)
  return undefined
}

async function askSingle(
  worker: Worker,
  ask: Ask,
  sample: WantedSample,
  states: ReadonlyMap<string, SampleState>,
): Promise<void> {
  if (sample.arm.truncated.policy === 'keep') await askOnce(worker, ask, sample)
  else await askChain(worker, ask, sample, states)
}

async function askSeries(
  worker: Worker,
  ask: Ask,
  progress: SeriesProgress,
  states: ReadonlyMap<string, SampleState>,
  taken: SamplesTaken,
): Promise<void> {
  const { series } = progress
  const done = await sampleSeries(worker, progress, (index) =>
    askChain(worker, ask, series.sample(index), states),
  )
  if (done) taken.set(seriesName(series), done)
}

async function askEndpoint(
  worker: Worker,
  { endpoint, journal, batches }: { endpoint: EndpointClient; journal: JournalWriter; batches: BatchGate },
  work: readonly Work[],
): Promise<void> {
  const begun: Promise<void>[] = []
  const ask: Ask = async (sample) => {
    if (batches.holds(sample.key)) return undefined
    await endpoint.ready()
    return worker.stop.stop.aborted ? undefined : askSample(worker, endpoint, journal, sample)
  }
  for (const each of work) {
    await endpoint.ready()
    if (worker.stop.stop.aborted) break
    const asked = orHalt(worker, () => each(ask))
    // What fails is told below, when all have ended; until then it would count as an error that nobody handles.
    asked.catch(() => undefined)
    begun.push(asked)
  }
  // What is in flight has been paid for: it is waited for and journalled even when the run is to end.
  await waitForAll(begun)
  worker.stop.stop.throwIfAborted()
}

/** What ends one request ends the run: nothing more is sent anywhere, so that no other endpoint runs on alone. */
async function orHalt(worker: Worker, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    worker.stop.halt(error)
    throw error
  }
}
