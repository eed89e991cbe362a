import { partState, type PartState } from '../../store/parts/part.ts'
import type { PartKind } from '../../store/run/paths.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { shardStages } from './registry.ts'

/**
 * The parts of a shard that are what the recipe, as it stands now, would make. A part whose stage or any stage before
 * it would run again is left out.
 */
export async function currentParts(
  context: RunContext,
  shard: number,
): Promise<Partial<Record<PartKind, PartState>>> {
  const problems = await partState(context.runFolder, 'problems', shard)
  const current: Partial<Record<PartKind, PartState>> = problems ? { problems } : {}
  for (const stage of shardStages) {
    const inputs = stage.reads.map((kind) => current[kind])
    if (inputs.some((input) => input === undefined)) break
    const part = await partState(context.runFolder, stage.writes, shard)
    const fingerprint = stage.fingerprint(
      context,
      inputs.map((input) => input!.digest),
    )
    if (part?.fingerprint !== fingerprint) break
    current[stage.writes] = part
  }
  return current
}
