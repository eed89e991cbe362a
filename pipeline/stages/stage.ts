import type { Ledger } from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import type { PartCounts, PartKind } from '../../schemas/parts.ts'
import type { Books } from '../engine/books.ts'
import type { Worker } from '../engine/worker.ts'
import type { ThreadJob } from '../engine/threads.ts'
import type { LeaseRef } from '../../store/leases/claim-log.ts'
import type { PartsRead } from '../../store/parts/join.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Reporter } from '../reporter/reporter.ts'

/** What every stage declares, in every scope. */
type AnyStage = {
  /** The name of the command that runs only this stage, of its npm script and of its jobs for threads. */
  name: string
  /**
   * Kinds of parts that its product depends on, in the order of their digests in the fingerprint. `inputKinds` says which
   * kind is read instead where another stage replaces one of them or the stage that makes it is not active.
   */
  reads: readonly PartKind[]
  /** A stage that is not active under a recipe is skipped, and no stage reads its part. */
  active?(context: RunContext): boolean
  /**
   * Checks what the stage needs, such as keys, before anything is read or written.
   *
   * @throws UsageError naming what is missing
   */
  require?(context: RunContext, environment: Record<string, string | undefined>): void
  /** Runs once in every start, while the books are opened and before there is a worker; it may complete the context. */
  prepare?(books: Books, plan: ShardPlan): Promise<void>
  /** Runs once in every start, before the first shard. */
  begin?(worker: Worker, plan: ShardPlan): Promise<void>
  /** Reports its results when a command that ran it has ended. */
  conclude?(context: RunContext, plan: ShardPlan, reporter: Reporter): Promise<void>
}

/** The work of one stage on one shard: plain data, which can be sent to a thread. */
export type ShardJob = Pick<ThreadJob, 'context' | 'shard' | 'fingerprint' | 'reads' | 'lease'>

/**
 * How many outcomes of a shard are missing that another start brings, such as the results of a batch: its part cannot
 * be made yet.
 */
type Awaited = { awaited: number }

/**
 * A step that needs only one shard: it reads parts of the shard and writes one part of it. Its fingerprint covers the
 * recipe section, the version of the code and the content of the parts that it reads, so an unchanged fingerprint means
 * that running it again would give the same part.
 */
export type ShardStage<Writes extends PartKind = PartKind, Given = unknown> = AnyStage & {
  scope: 'shard'
  writes: Writes
  /** The kind that every later stage reads its part instead of. */
  replaces?: PartKind
  /** @param digests of the parts named in `reads`, in that order */
  fingerprint(context: RunContext, digests: readonly string[]): string
  /** Whether a part with the right fingerprint still lacks something that another start may add. */
  isUnfinished?(counts: PartCounts<Writes>): boolean
  /** Work on files, which runs in a thread so that compressing and counting never block the sockets. */
  inThread?(job: ShardJob, given: Given): Promise<unknown>
  /**
   * Work on the event loop; a stage without it runs `inThread` only.
   *
   * @param asked to be awaited between asking for much and working on the answers: other shards are asked for meanwhile
   */
  run?(worker: Worker, job: ShardJob, asked: () => Promise<void>): Promise<void | Awaited>
  /** Samples of every arm that the progress display waits for. */
  samplesAhead?(context: RunContext, plan: ShardPlan): Record<string, number>
  /** Called when a shard's part is current already, so that the progress display counts it. */
  passedOver?(worker: Worker, counts: PartCounts<Writes>): void
  /** The error that ends a start whose shards wait for outcomes that another start brings. */
  whyAwaited?(count: number): Error
}

/**
 * A step that must have seen every shard before it can decide on any: a summary for each shard, one merge over all
 * summaries, then a part for each shard with the merged result. Every step runs in a thread and its result is kept in the
 * run folder with its fingerprint, so that a start after a kill continues where the last one ended, and only a shard whose
 * inputs changed is summarised again. Memory holds one shard for each thread, and what `merge` holds.
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
  /** What the merge needs from a shard: plain data (maps, sets and typed arrays too), the smaller the better. */
  summarise(job: ShardJob): Promise<Summary>
  /** @param summaries of all shards in order, read one at a time */
  merge(context: RunContext, summaries: AsyncIterable<Summary>): Promise<Merged>
  /** Writes a shard's part under `job.fingerprint`. */
  writePart(job: ShardJob, merged: Merged): Promise<void>
}

/** The input of a stage of the whole run. */
export type WholeJob = {
  plan: ShardPlan
  fingerprint: string
  reads: PartsRead
  /** The ledger of the run with these configurations of the dataset. */
  ledger: (written: readonly WrittenExport[]) => Promise<Ledger>
  /** The claim of the books, under which the product is published. */
  lease: LeaseRef
}

/** A step over all shards with one product that does not consist of parts. */
export type WholeStage<Given = unknown, Made = unknown> = AnyStage & {
  scope: 'whole'
  writes: 'dataset'
  /** @param digests of the parts named in `reads`, shard after shard */
  fingerprint(context: RunContext, digests: readonly string[]): string
  inThread?(job: ShardJob, given: Given): Promise<Made>
  run(worker: Worker, job: WholeJob): Promise<void>
  /** Tries before anything is asked what else would fail when everything is paid for. */
  rehearse?(context: RunContext, ledger: (written: readonly WrittenExport[]) => Ledger): Promise<void>
}

/** The stage that makes the shards: it reads nothing of the run and is done before there is a worker. */
export type SourceStage = AnyStage & {
  scope: 'source'
  writes: PartKind
  /**
   * Writes the first part of every shard.
   *
   * @param options.strict a bad row ends the run instead of being counted
   * @param options.secrets the keys in use, by their variables, of which rows that hold one are told
   * @returns the plan, which never changes once something has been asked
   */
  cut(
    books: Books,
    options: { strict: boolean; secrets: Readonly<Record<string, string>> },
  ): Promise<ShardPlan>
}

export type PartStage = ShardStage | SetStage
export type Stage = SourceStage | PartStage | WholeStage

/** The job that hands a shard over to the thread function of its stage. */
export function threadJob({ name }: Pick<Stage, 'name'>, job: ShardJob, given?: unknown): ThreadJob {
  const { context, shard, fingerprint, reads, lease } = job
  return { stage: name, step: 'run', context, shard, fingerprint, reads, given, ...(lease && { lease }) }
}
