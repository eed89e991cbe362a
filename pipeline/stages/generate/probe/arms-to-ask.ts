import { shardsToDo, type PlanToDo } from '../../shards-to-do.ts'
import { batchesOut, isInBatch } from '../batch/batches.ts'
import { needsAsking } from '../../../../store/journal/state.ts'
import { partState } from '../../../../store/parts/part.ts'
import { openShardJournal } from '../../shard-journal.ts'
import { wantedSamples } from '../samples.ts'
import { askedKind } from '../../../recipe/asked-kind.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
import { mayBeAskedAgain, tracesFingerprint } from '../traces-part.ts'

/**
 * Which of these arms have a sample that is still to be asked and in no batch. Looks no further than it must: a shard whose traces are
 * what the recipe would make is passed over, and the search ends when every arm is found.
 */
export async function armsToAsk(
  context: RunContext,
  plan: PlanToDo,
  among: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>()
  const out = await batchesOut(context.runFolder)
  const missing = (): boolean => among.some((arm) => !found.has(arm))
  for (const shard of shardsToDo(plan)) {
    if (!missing()) break
    if (await isSealed(context, shard)) continue
    const journal = await openShardJournal(context, shard)
    const { states } = journal
    for await (const { key, arm } of wantedSamples(context, shard, journal)) {
      if (!among.includes(arm.name) || found.has(arm.name)) continue
      if (needsAsking(states.get(key)) && !isInBatch(states.get(key), out)) found.add(arm.name)
      if (!missing()) break
    }
  }
  return found
}

/** Whether a shard's traces are what the recipe would make, with nothing left to be asked. */
export async function isSealed(context: RunContext, shard: number): Promise<boolean> {
  const { runFolder } = context
  const problems = await partState(runFolder, askedKind(context.recipe), shard)
  const traces = await partState(runFolder, 'traces', shard)
  if (!problems || !traces) return false
  return (
    traces.fingerprint === tracesFingerprint(context, [problems.digest]) && !mayBeAskedAgain(traces.counts)
  )
}
