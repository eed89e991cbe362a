import { UsageError } from '../../schemas/errors.ts'
import { partState } from '../../store/parts/part.ts'
import type { PartState } from '../../store/parts/part-state.ts'
import { exists } from '../../store/files/entries.ts'
import { partPath } from '../../store/run/paths.ts'
import type { Worker } from '../engine/worker.ts'
import { inputKinds } from '../stages/input-kinds.ts'
import { reportPart } from './report-part.ts'
import { threadJob, type PartStage, type ShardJob, type ShardStage, type Stage } from '../stages/stage.ts'

/**
 * What became of a shard: `held` while another worker has it; the stage at which it has to wait for outcomes that another
 * start brings, if there is one; else it is done.
 */
export type ShardOutcome = { stage: ShardStage; awaited: number } | 'held' | undefined

/**
 * Takes one shard through stages, in order. This is the only caller of the stages of single shards; runners only decide who
 * calls it. A stage is skipped when its part already has the fingerprint that running it would give.
 *
 * @param asked called when a stage has asked for everything; the shard is gone on with when it resolves
 * @param claimShard that of the worker; one that never claims tells whether there is anything to do
 * @throws UsageError when a part that the first stage reads has not been made yet
 */
export async function runShard(
  worker: Worker,
  all: readonly Stage[],
  stages: readonly ShardStage[],
  shard: number,
  asked: () => Promise<void>,
  claimShard: Worker['claimShard'] = worker.claimShard,
): Promise<ShardOutcome> {
  const { context, stop } = worker
  let claim: Awaited<ReturnType<Worker['claimShard']>>
  // A shard that another worker has is looked at again and again, and counted once.
  const passedOver: { stage: ShardStage; part: PartState }[] = []
  const report = (): void => {
    for (const { stage, part } of passedOver.splice(0)) {
      stage.passedOver?.(worker, part.counts)
      reportPart(worker, shard, part)
    }
  }
  try {
    for (const stage of stages) {
      stop.stop.throwIfAborted()
      const reads = inputKinds(all, stage, context)
      const fingerprint = stage.fingerprint(context, await inputDigests(worker, all, stage, shard))
      let part = await readablePart(worker, stage, shard)
      if (!claim && !(await isDone(worker, stage, shard, fingerprint, part))) {
        // A shard with nothing to do needs no claim.
        claim = await claimShard(shard)
        if (!claim) return 'held'
        // Another worker may have done it in between.
        part = await readablePart(worker, stage, shard)
      }
      if (part && (await isDone(worker, stage, shard, fingerprint, part))) {
        passedOver.push({ stage, part })
        continue
      }
      report()
      const job: ShardJob = { context, shard, fingerprint, reads, lease: claim!.lease }
      const waiting = stage.run
        ? await stage.run(worker, job, asked)
        : await worker.inThread(threadJob(stage, job))
      if (waiting) return { stage, ...(waiting as { awaited: number }) }
      reportPart(worker, shard, await partState(context.runFolder, stage.writes, shard))
    }
    report()
    return undefined
  } finally {
    await claim?.release()
  }
}

/** Finds out what became of a shard without doing anything: `held` stands for everything that is to be done. */
export function lookAtShard(
  worker: Worker,
  { all, stages }: { all: readonly Stage[]; stages: readonly ShardStage[] },
  shard: number,
): Promise<ShardOutcome> {
  return runShard(worker, all, stages, shard, nothing, nothing)
}

async function nothing(): Promise<undefined> {}

/** Whether a part is what the stage would make; one that may be added to is tried once by all workers together. */
async function isDone(
  { session }: Worker,
  stage: ShardStage,
  shard: number,
  fingerprint: string,
  part: PartState | undefined,
): Promise<boolean> {
  if (part?.fingerprint !== fingerprint) return false
  return !stage.isUnfinished?.(part.counts) || (await session.hasCommitted(stage.writes, shard))
}

/** The part that a stage made of a shard before. Warns about a part that cannot be read, which is then made again. */
export async function readablePart(
  { context: { runFolder }, reporter }: Worker,
  { writes }: PartStage,
  shard: number,
): Promise<PartState | undefined> {
  const part = await partState(runFolder, writes, shard)
  if (part || !(await exists(partPath(runFolder, writes, shard)))) return part
  // Another worker may have made it since.
  const later = await partState(runFolder, writes, shard)
  if (!later) reporter.warn(`the ${writes} of shard ${shard} cannot be read and are made again`)
  return later
}

/** @throws UsageError when a part that a stage reads has not been made yet */
export async function inputDigests(
  { context }: Worker,
  all: readonly Stage[],
  stage: PartStage,
  shard: number,
): Promise<string[]> {
  const digests: string[] = []
  for (const kind of Object.values(inputKinds(all, stage, context))) {
    const part = await partState(context.runFolder, kind, shard)
    if (!part) {
      const maker = all.find((each) => each.writes === kind)!.name
      throw new UsageError(
        `\`${stage.name}\` needs the ${kind} of shard ${shard}, which are not there yet; run \`npm run ${maker} -- RECIPE\` first, or all stages with \`npm run distill -- RECIPE\``,
      )
    }
    digests.push(part.digest)
  }
  return digests
}
