import type { PartKind } from '../../schemas/parts.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { partState } from '../../store/parts/part.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { currentParts } from './current-parts.ts'
import { loadStages } from './registry.ts'

/**
 * The shards that have a part of each of these kinds, not all of which the current recipe would make just the same. A shard
 * without one of them, or with one that cannot be read, is none of these.
 */
export async function staleShards(
  context: RunContext,
  plan: ShardPlan,
  kinds: readonly PartKind[],
): Promise<Set<number>> {
  const stale = new Set<number>()
  let shard = -1
  for await (const current of currentParts(await loadStages(), context, plan)) {
    shard += 1
    if (kinds.every((kind) => current[kind] !== undefined)) continue
    const states = await Promise.all(kinds.map((kind) => partState(context.runFolder, kind, shard)))
    if (states.every((state) => state !== undefined)) stale.add(shard)
  }
  return stale
}
