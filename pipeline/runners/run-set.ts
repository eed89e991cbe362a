import { StoppedError } from '../../schemas/errors.ts'
import type { Engine } from '../engine/engine.ts'
import type { ThreadJob } from '../engine/threads.ts'
import { digestsOfSet } from '../stages/current-parts.ts'
import { inputKinds } from '../stages/input-kinds.ts'
import type { SetStage, Stage } from '../stages/stage.ts'
import { eachShard } from './embedded.ts'
import { inputDigests, readablePart } from './run-shard.ts'

/**
 * Takes all shards through a set stage: a summary of each, one merge, a part of each. Parts that have the fingerprint which
 * the inputs of all shards give are passed over, and so is everything else when they all have.
 *
 * @throws UsageError when a part that the stage reads has not been made yet
 */
export async function runSet(engine: Engine, all: readonly Stage[], stage: SetStage): Promise<void> {
  const { context, plan, stop } = engine
  const digests: string[][] = []
  for (let shard = 0; shard < plan.shards; shard++)
    digests.push(await inputDigests(engine, all, stage, shard))
  const fingerprint = stage.fingerprint(context, digestsOfSet(digests))
  const stale = new Set<number>()
  for (let shard = 0; shard < plan.shards; shard++)
    if ((await readablePart(engine, stage, shard))?.fingerprint !== fingerprint) stale.add(shard)
  if (stale.size === 0) return

  const reads = inputKinds(all, stage, context)
  const step = async (job: Pick<ThreadJob, 'step' | 'shard' | 'fingerprint' | 'given'>): Promise<void> => {
    if (stop.stop.aborted) throw new StoppedError('stopped by a signal')
    await engine.inThread({ stage: stage.name, context, reads, ...job })
  }
  const ofShard = digests.map((each) => stage.fingerprint(context, each))
  await eachShard(engine, (shard) => step({ step: 'summarise', shard, fingerprint: ofShard[shard]! }))
  await step({ step: 'merge', shard: 0, fingerprint, given: ofShard })
  await eachShard(engine, async (shard) => {
    if (stale.has(shard)) await step({ step: 'part', shard, fingerprint })
  })
}
