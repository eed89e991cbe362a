import { hashOf } from '../../schemas/canonical.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { PartKind } from '../../schemas/parts.ts'
import { partState } from '../../store/parts/part.ts'
import type { PartState } from '../../store/parts/part-state.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { inputKinds, isActive } from './input-kinds.ts'
import type { Stage } from './stage.ts'

/** The parts of one shard that the current recipe would make just the same, by kind. */
export type CurrentParts = { [Kind in PartKind]?: PartState<Kind> | undefined }

/**
 * The current parts of every shard, in order. A part whose stage or any stage before it would run again is left out, and
 * so is the part of a stage that the recipe does not make active.
 */
export async function* currentParts(
  stages: readonly Stage[],
  context: RunContext,
  plan: ShardPlan,
): AsyncGenerator<CurrentParts> {
  const sets = await setFingerprints(stages, context, plan)
  for (let shard = 0; shard < plan.shards; shard++)
    yield partsOfShard(stages, { context, shard, until: stages.length, sets })
}

/** One digest for each kind over all shards, for the fingerprint of a set stage. */
export function digestsOfSet(ofShards: readonly (readonly string[])[]): string[] {
  const [first = []] = ofShards
  return first.map((_, kind) => hashOf(ofShards.map((digests) => digests[kind]!)))
}

/** The fingerprint that the parts of each active set stage must have; a stage whose inputs are not all current has none. */
async function setFingerprints(
  stages: readonly Stage[],
  context: RunContext,
  plan: ShardPlan,
): Promise<Map<string, string>> {
  const sets = new Map<string, string>()
  for (const [at, stage] of stages.entries()) {
    if (stage.scope !== 'set' || !isActive(stage, context)) continue
    const ofShards: string[][] = []
    for (let shard = 0; shard < plan.shards; shard++) {
      const current = await partsOfShard(stages, { context, shard, until: at, sets })
      const digests = digestsOf(inputKinds(stages, stage, context), current)
      if (!digests) return sets
      ofShards.push(digests)
    }
    sets.set(stage.name, stage.fingerprint(context, digestsOfSet(ofShards)))
  }
  return sets
}

type ShardLook = {
  context: RunContext
  shard: number
  /** Index of the first stage that is not looked at. */
  until: number
  sets: ReadonlyMap<string, string>
}

async function partsOfShard(
  stages: readonly Stage[],
  { context, shard, until, sets }: ShardLook,
): Promise<CurrentParts> {
  const current: CurrentParts = {}
  for (const stage of stages.slice(0, until)) {
    if (stage.scope === 'whole' || !isActive(stage, context)) continue
    const part = await partState(context.runFolder, stage.writes, shard)
    // A stage that reads nothing of this one may be current all the same.
    if (!part) continue
    // The plan keeps track of what the shards were made from, and it never changes during a run.
    if (stage.scope !== 'source') {
      const digests = digestsOf(inputKinds(stages, stage, context), current)
      const wanted =
        stage.scope === 'set' ? sets.get(stage.name) : digests && stage.fingerprint(context, digests)
      if (!digests || part.fingerprint !== wanted) continue
    }
    put(current, stage.writes, part)
  }
  return current
}

/** The kind and the part belong together: the part was read as one of this kind. */
function put<Kind extends PartKind>(
  current: { [Each in Kind]?: PartState<Each> | undefined },
  kind: Kind,
  part: PartState<Kind>,
): void {
  current[kind] = part
}

function digestsOf(reads: ReturnType<typeof inputKinds>, current: CurrentParts): string[] | undefined {
  const parts = Object.values(reads).map((kind) => current[kind])
  return parts.every((part) => part !== undefined) ? parts.map((part) => part.digest) : undefined
}
