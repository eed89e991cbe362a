import type { PartKind } from '../../schemas/parts.ts'
import { partState, type PartState } from '../../store/parts/part.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { shardStages } from './registry.ts'

export type CurrentParts = { [Kind in PartKind]?: PartState<Kind> | undefined }

/**
 * The parts of a shard that are what the recipe, as it stands now, would make. A part whose stage or any stage before
 * it would run again is left out.
 */
export async function currentParts(context: RunContext, shard: number): Promise<CurrentParts> {
  const current: CurrentParts = {}
  await add(current, 'problems')
  for (const stage of shardStages) {
    const inputs = stage.reads.map((kind) => current[kind])
    if (inputs.some((input) => input === undefined)) break
    const digests = inputs.map((input) => input!.digest)
    if (!(await add(current, stage.writes, stage.fingerprint(context, digests)))) break
  }
  return current

  async function add<Kind extends PartKind>(
    parts: { [Each in Kind]?: PartState<Each> | undefined },
    kind: Kind,
    fingerprint?: string,
  ): Promise<boolean> {
    const part = await partState(context.runFolder, kind, shard)
    if (!part || (fingerprint !== undefined && part.fingerprint !== fingerprint)) return false
    parts[kind] = part
    return true
  }
}
