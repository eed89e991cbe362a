import { StoppedError, UsageError } from '../../schemas/errors.ts'
import type { PartKind } from '../../schemas/parts.ts'
import { samplesIn, type Engine } from '../engine/engine.ts'
import { partState } from '../../store/parts/part.ts'
import { folderExists } from '../../store/run/run-folder.ts'
import { partPath } from '../../store/run/paths.ts'
import type { ShardStage } from '../stages/stage.ts'

/**
 * Takes one shard through stages, in order, and is the only caller of stages; runners decide no more than who calls it.
 * A stage whose part has the fingerprint that running it would give is passed over.
 *
 * @throws UsageError when a part that the first stage reads has not been made yet
 */
export async function runShard(engine: Engine, shard: number, stages: readonly ShardStage[]): Promise<void> {
  for (const stage of stages) {
    if (engine.stop.stop.aborted) throw new StoppedError('stopped by a signal')
    const fingerprint = stage.fingerprint(engine.context, await inputDigests(engine, stage, shard))
    const part = await partState(engine.context.runFolder, stage.writes, shard)
    if (!part && (await folderExists(partPath(engine.context.runFolder, stage.writes, shard))))
      engine.reporter.warn(`the ${stage.writes} of shard ${shard} cannot be read and are made again`)
    if (part?.fingerprint !== fingerprint || stage.isUnfinished?.(part.counts)) {
      if ((await stage.run(engine, shard, fingerprint)) === 'waiting') return
    } else if (part.kind === 'traces')
      engine.reporter.advance({ ...samplesIn(engine.context.arms, part.counts), known: true })
  }
  engine.reporter.advance({ shards: 1 })
}

const makers: Record<PartKind, string> = {
  problems: 'problems',
  traces: 'generate',
  verdicts: 'verify',
  decisions: 'filter',
  pairs: 'pair',
}

async function inputDigests({ context }: Engine, stage: ShardStage, shard: number): Promise<string[]> {
  const digests: string[] = []
  for (const kind of stage.reads) {
    const part = await partState(context.runFolder, kind, shard)
    if (!part) {
      throw new UsageError(
        `\`${stage.name}\` needs the ${kind} of shard ${shard}, which are not there yet; run \`npm run ${makers[kind]} -- RECIPE\` first, or all stages with \`npm run distill -- RECIPE\``,
      )
    }
    digests.push(part.digest)
  }
  return digests
}
