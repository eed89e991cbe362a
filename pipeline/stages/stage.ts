import type { Ledger } from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import type { PartCounts, PartKind } from '../../schemas/parts.ts'
import type { Books } from '../engine/books.ts'
import type { Worker } from '../engine/worker.ts'
import type { ThreadJob } from '../engine/threads.ts'
import type { PartsRead } from '../../store/parts/join.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Reporter } from '../reporter/reporter.ts'

/** What every stage says of itself, whatever it works on at a time. */
type AnyStage = {
  /** The command that runs it alone; `npm run NAME`, its line of help and its thread job have the same name. */
  name: string
  /**
   * Kinds of parts that its product depends on, in the order of their digests in the fingerprint. Where a later stage
   * replaces one of them, or the stage that makes it is not active, it reads what stands for it (`inputKinds`).
   */
  reads: readonly PartKind[]
  /** A stage that is not active under a recipe is passed over, and its part is nobody's input. */
  active?(context: RunContext): boolean
  /**
   * What has to be at hand, such as keys, before anything is read or written.
   *
   * @throws UsageError naming what is missing
   */
  require?(context: RunContext, environment: Record<string, string | undefined>): void
  /** Its work once a start while the books are opened, before there is a worker; it may complete the context. */
  prepare?(books: Books, plan: ShardPlan): Promise<void>
  /** Its work once a start, before the first shard. */
  begin?(worker: Worker, plan: ShardPlan): Promise<void>
  /** What there is to be said of its results when a command that ran it has ended. */
  conclude?(context: RunContext, plan: ShardPlan, reporter: Reporter): Promise<void>
}

/** One shard on its way through one stage: plain data, so that it travels to a thread as it is. */
export type ShardJob = Pick<ThreadJob, 'context' | 'shard' | 'fingerprint' | 'reads'>

/** Outcomes of a shard that come from somewhere else at another start: its part cannot be made yet. */
type Awaited = { awaited: number }

/**
 * A step of one shard by itself: it reads parts of the shard and writes one part of it. Its fingerprint covers the recipe
 * section, the version of the code and the content of the parts it reads, so an unchanged fingerprint means that running
 * it again would give the same part.
 */
export type ShardStage<Writes extends PartKind = PartKind, Given = unknown> = AnyStage & {
  scope: 'shard'
  writes: Writes
  /** The kind whose place its part takes for every later stage. */
  replaces?: PartKind
  /** @param digests of the parts named in `reads`, in that order */
  fingerprint(context: RunContext, digests: readonly string[]): string
  /** Whether a part with the right fingerprint still has something missing that another start may add. */
  isUnfinished?(counts: PartCounts<Writes>): boolean
  /** Work that reads files and writes a file: in a thread, so that compressing and counting never stop the sockets. */
  inThread?(job: ShardJob, given: Given): Promise<unknown>
  /** Its work on the event loop; without it, `inThread` is all there is to do. */
  run?(worker: Worker, job: ShardJob): Promise<void | Awaited>
  /** Samples that the progress display waits for. */
  samplesAhead?(context: RunContext, plan: ShardPlan): number
  /** Told when a shard's part is current, so that the progress display counts it. */
  passedOver?(worker: Worker, counts: PartCounts<Writes>): void
  /** What ends a start whose shards wait for outcomes from somewhere else. */
  whyAwaited?(count: number): Error
}

/**
 * A step that must have seen every shard before it can decide on any: a summary for each shard, one merge over all
 * summaries, then a part for each shard with the merged result. Every step is done in a thread and kept in the run folder
 * with its fingerprint, so that a start after a kill goes on where the last one ended, and a shard whose inputs changed is
 * the only one that is summarised again. Memory holds one shard and what `merge` holds.
 */
export type SetStage<Summary = unknown, Merged = unknown> = AnyStage & {
  scope: 'set'
  writes: PartKind
  replaces?: PartKind
  /**
   * Called with the digests of one shard for its summary, and for the parts with one digest for each kind over all shards.
   *
   * @param digests of the parts named in `reads`, in that order
   */
  fingerprint(context: RunContext, digests: readonly string[]): string
  /** What the set has to know of a shard: plain data (maps, sets and typed arrays too), the smaller the better. */
  summarise(job: ShardJob): Promise<Summary>
  /** @param summaries of all shards in order, read one at a time */
  merge(context: RunContext, summaries: AsyncIterable<Summary>): Promise<Merged>
  /** Writes a shard's part under `job.fingerprint`. */
  writePart(job: ShardJob, merged: Merged): Promise<void>
}

/** What a stage of the whole run is given. */
export type WholeJob = {
  plan: ShardPlan
  fingerprint: string
  reads: PartsRead
  /** The ledger of the run with these configurations of the dataset. */
  ledger: (written: readonly WrittenExport[]) => Promise<Ledger>
}

/** A step over all shards with one product that is not made of parts. */
export type WholeStage<Given = unknown, Made = unknown> = AnyStage & {
  scope: 'whole'
  writes: 'dataset'
  /** @param digests of the parts named in `reads`, shard after shard */
  fingerprint(context: RunContext, digests: readonly string[]): string
  inThread?(job: ShardJob, given: Given): Promise<Made>
  run(worker: Worker, job: WholeJob): Promise<void>
}

/** Where the shards come from: it reads nothing of the run and is done before there is a worker. */
export type SourceStage = AnyStage & {
  scope: 'source'
  writes: PartKind
  /**
   * Writes the first part of every shard.
   *
   * @param strict a bad row ends the run instead of being counted
   * @returns the plan, which never changes once something has been asked
   */
  cut(books: Books, options: { strict: boolean }): Promise<ShardPlan>
}

export type PartStage = ShardStage | SetStage
export type Stage = SourceStage | PartStage | WholeStage

/** The job that hands a shard over to the thread function of its stage. */
export function threadJob({ name }: Pick<Stage, 'name'>, job: ShardJob, given?: unknown): ThreadJob {
  const { context, shard, fingerprint, reads } = job
  return { stage: name, step: 'run', context, shard, fingerprint, reads, given }
}
