import { join } from 'node:path'
import { UsageError } from '../../../schemas/errors.ts'
import type { JournalLine } from '../../../schemas/journal.ts'
import { needsAsking } from '../../../store/journal/state.ts'
import { repairTornTails } from '../../../store/journal/torn-tail.ts'
import { openJournal } from '../../../store/journal/writer.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import { readRunRecord } from '../../../store/run/run-record.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { recordElsewhere } from '../../engine/ask-journalled.ts'
import type { Worker } from '../../engine/worker.ts'
import { openShardJournal, readOwnLines } from '../shard-journal.ts'
import { shardsToDo, type PlanToDo } from '../shards-to-do.ts'
import { batchesOut, isInBatch } from './batch/batches.ts'
import { isSealed } from './probe/arms-to-ask.ts'
import { wantedSeries } from './samples.ts'

/** Lines that are on their way to the disk at a time. */
const linesAtATime = 256

/**
 * Takes the answers of other runs for everything that is still to be asked and was asked there in the same words. They are
 * copied into this run's journal before anything else is done, so that the other run may go: without attempts, because
 * they were paid for there, and with its name. What is copied is never looked for again.
 *
 * @throws UsageError when one of the folders holds no run
 */
export async function reuseAnswers(worker: Worker, plan: PlanToDo): Promise<void> {
  const { context, reporter } = worker
  for (const { name, folder } of context.reuse ?? []) {
    if (folder === context.runFolder)
      throw new UsageError(`reuse: ${name} is this run itself, which finds its own answers without it`)
    const other = (await readRunRecord(folder))?.plan
    if (!other) throw new UsageError(`reuse: there is no run with problems in ${name}; check the path`)
    // The other run's folders, looked for by the ranges of ids that this run's shards have.
    const cuts = { shards: plan.shards, earlier: [...(other.earlier ?? []), other.shards] }
    let taken = 0
    for (const shard of shardsToDo(plan)) {
      if (await isSealed(context, shard)) continue
      taken += await reuseInShard(worker, shard, { name, from: { runFolder: folder, cuts } })
    }
    if (taken > 0) reporter.note(`${taken} answers are taken from ${name}, where they were paid for`)
  }
}

type Source = { name: string; from: Parameters<typeof readOwnLines>[0] }

async function reuseInShard(worker: Worker, shard: number, { name, from }: Source): Promise<number> {
  const { context } = worker
  const samples = new Map<string, string>()
  const other = await openShardJournal(from, shard, (line) => {
    if (line.type === 'answered' && !line.imported) samples.set(line.key, sampleOf(line))
  })
  if (samples.size === 0) return 0
  const own = await openShardJournal(context, shard)
  const out = await batchesOut(context.runFolder)
  const wanted = new Set<string>()
  for await (const series of wantedSeries(context, shard, other)) {
    const { arm } = series
    if (arm.import) continue
    for (let index = 0; index < arm.samples; index++) {
      const { key, request } = series.sample(index)
      const state = own.states.get(own.keyOf(request, arm, index))
      const there = samples.get(key)
      if (there !== undefined && needsAsking(state) && !isInBatch(state, out)) wanted.add(there)
    }
  }
  if (wanted.size === 0) return 0
  const folder = journalFolder(context.runFolder, shard)
  await repairTornTails(folder)
  const journal = openJournal(join(folder, `${worker.attempt}-reuse`), billOf)
  const lines = recordElsewhere(journal)
  let taken = 0
  try {
    // With everything that followed from a first answer, such as its continuations.
    for await (const { line } of readOwnLines(from, shard)) {
      if (line.type !== 'answered' || line.imported || !wanted.has(sampleOf(line))) continue
      if (!needsAsking(own.states.get(line.key))) continue
      const { batch: _batch, set_aside: _setAside, reused, ...answer } = line
      lines.add({ ...answer, attempts: [], reused: reused ?? name })
      if ((taken += 1) % linesAtATime === 0) await lines.written()
    }
    await lines.written()
  } finally {
    await journal.close()
  }
  return wanted.size
}

/** All lines of one sample, whatever its keys. */
function sampleOf({ problem_id, arm, sample_index }: JournalLine): string {
  return `${problem_id} ${sample_index} ${arm}`
}
