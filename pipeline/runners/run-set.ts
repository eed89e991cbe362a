import { partState } from '../../store/parts/part.ts'
import type { Worker } from '../engine/worker.ts'
import type { ThreadJob } from '../engine/threads.ts'
import { digestsOfSet } from '../stages/current-parts.ts'
import { inputKinds } from '../stages/input-kinds.ts'
import type { SetStage, Stage } from '../stages/stage.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'
import { eachShard, underClaim, waitForOthers } from './embedded.ts'
import { reportPart } from './report-part.ts'
import { inputDigests, readablePart } from './run-shard.ts'

/**
 * Takes all shards through a set stage: a summary of each, one merge, a part of each. A part whose fingerprint matches the
 * inputs of all shards is kept; when all parts match, nothing is done.
 *
 * @param last whether no other stage of shards follows, so that the progress display counts them as done
 * @throws UsageError when a part that the stage reads has not been made yet
 */
export async function runSet(
  worker: Worker,
  plan: PlanToDo,
  all: readonly Stage[],
  stage: SetStage,
  last: boolean,
): Promise<void> {
  if (!worker.session.shared) return runAlone(worker, plan, all, stage, last)
  // All workers have come this far. One does it, and the others wait until its parts are there, or nobody makes them.
  for (;;) {
    if (await isMade(worker, plan, all, stage)) break
    const task = await worker.session.claimTask(stage.name)
    if (!task) {
      await waitForOthers(worker, `\`${stage.name}\``)
      continue
    }
    try {
      return await runAlone(worker, plan, all, stage, last)
    } finally {
      await task.release()
    }
  }
  if (last) worker.reporter.advance({ shards: shardsToDo(plan).length })
}

async function isMade(
  worker: Worker,
  plan: PlanToDo,
  all: readonly Stage[],
  stage: SetStage,
): Promise<boolean> {
  const shards = shardsToDo(plan)
  const digests: string[][] = []
  for (const shard of shards) digests.push(await inputDigests(worker, all, stage, shard))
  const fingerprint = stage.fingerprint(worker.context, digestsOfSet(digests))
  for (const shard of shards)
    if ((await readablePart(worker, stage, shard))?.fingerprint !== fingerprint) return false
  return true
}

async function runAlone(
  worker: Worker,
  plan: PlanToDo,
  all: readonly Stage[],
  stage: SetStage,
  last: boolean,
): Promise<void> {
  const { context, stop } = worker
  const shards = shardsToDo(plan)
  const digests = new Map<number, string[]>()
  for (const shard of shards) digests.set(shard, await inputDigests(worker, all, stage, shard))
  const fingerprint = stage.fingerprint(context, digestsOfSet([...digests.values()]))
  const stale = new Set<number>()
  for (const shard of shards) {
    const part = await readablePart(worker, stage, shard)
    if (part?.fingerprint === fingerprint) reportPart(worker, shard, part)
    else stale.add(shard)
  }
  if (last && stale.size < shards.length) worker.reporter.advance({ shards: shards.length - stale.size })
  if (stale.size === 0) return

  const reads = inputKinds(all, stage, context)
  const step = async (
    job: Pick<ThreadJob, 'step' | 'shard' | 'fingerprint' | 'given' | 'lease'>,
  ): Promise<void> => {
    stop.stop.throwIfAborted()
    await worker.inThread({ stage: stage.name, context, reads, ...job })
  }
  const ofShard = new Map([...digests].map(([shard, each]) => [shard, stage.fingerprint(context, each)]))
  await eachShard(worker, plan, (shard) =>
    step({ step: 'summarise', shard, fingerprint: ofShard.get(shard)! }),
  )
  await step({ step: 'merge', shard: 0, fingerprint, given: ofShard })
  await eachShard(worker, plan, async (shard) => {
    if (!stale.has(shard)) return undefined
    return underClaim(worker, shard, async (lease) => {
      await step({ step: 'part', shard, fingerprint, lease })
      reportPart(worker, shard, await partState(context.runFolder, stage.writes, shard))
      if (last) worker.reporter.advance({ shards: 1 })
    })
  })
}
