import type { TracesCounts } from '../../../schemas/counts.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { openShardJournal, type ShardJournal } from '../shard-journal.ts'
import type { ShardJob } from '../stage.ts'
import { countWithdrawn } from './withdrawn.ts'
import { emptyTracesCounts } from '../counts.ts'
import { countSealed, countSeries } from './count-sealed.ts'
import { readChain } from './read-chain.ts'
import { wantedSamples, type SamplesTaken } from './samples.ts'
import { sealedTrace } from './sealed-trace.ts'

/**
 * Turns a shard's journal into its `traces/` part: every sample in the plan's order, split into reasoning and answer,
 * its tokens counted. The part holds nothing that differs between two runs with the same answers (no times, no
 * attempts); those stay in the journal.
 *
 * @param taken how many samples the problems have of adaptive arms; what the journal holds beyond them is left out
 */
export async function sealTraces(
  { context, shard, fingerprint, lease }: ShardJob,
  taken: SamplesTaken,
): Promise<void> {
  const withdrawn = await countWithdrawn(context, shard)
  const journal = await openShardJournal(context, shard, withdrawn.look)
  const counts = { ...emptyTracesCounts(context.arms), ...withdrawn.counts() }
  await writePart(context.runFolder, 'traces', shard, {
    lease,
    rows: traces(context, { shard, taken, journal, counts }),
    fingerprint,
    counts: () => counts,
  })
}

type ShardWork = {
  shard: number
  taken: SamplesTaken
  journal: ShardJournal
  counts: TracesCounts
}

async function* traces(
  context: RunContext,
  { shard, taken, journal, counts }: ShardWork,
): AsyncGenerator<Trace> {
  for await (const sample of wantedSamples(context, shard, journal, taken)) {
    const { chain, known } = readChain(sample, journal.states, 'final')
    if (!chain.end)
      throw new Error(`sample ${sample.key} has no outcome for ${chain.next.key}, yet its shard was sealed`)
    const trace = sealedTrace(context, sample, chain.end, known)
    countSealed(counts, sample, chain.end, known, trace)
    if (sample.index === 0) countSeries(counts, sample, taken)
    yield trace
  }
}
