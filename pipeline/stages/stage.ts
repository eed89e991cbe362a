import type { Engine } from '../engine/engine.ts'
import type { PartCounts, PartKind } from '../../schemas/parts.ts'
import type { RunContext } from '../recipe/run-context.ts'

export type StageName = 'generate' | 'verify' | 'filter' | 'pair'

/**
 * One step of a shard: reads parts of the shard, writes one part of it. Its fingerprint covers the recipe section, the
 * version of the code and the content of the parts it reads, so an unchanged fingerprint means that running it again
 * would give the same part.
 */
export type ShardStage<Writes extends PartKind = PartKind> = {
  /** The command that runs it. */
  name: StageName
  reads: readonly PartKind[]
  writes: Writes
  /** @param digests of the parts named in `reads`, in that order */
  fingerprint(context: RunContext, digests: readonly string[]): string
  /** Whether a part with the right fingerprint still has something missing that another start may add. */
  isUnfinished?(counts: PartCounts<Writes>): boolean
  /** @returns `waiting` when the part cannot be made yet, because outcomes come from somewhere else */
  run(engine: Engine, shard: number, fingerprint: string): Promise<void | 'done' | 'waiting'>
}
