import type { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import type { Decision } from '../../schemas/decision.ts'
import type { Pair } from '../../schemas/pair.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { ProblemKind } from '../../schemas/problem-kind.ts'
import type { PairReason } from '../../schemas/reasons.ts'
import type { Trace } from '../../schemas/trace.ts'
import type { Verdict } from '../../schemas/verdict.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Row } from '../../store/parquet/rows.ts'

/** One answer with all that is known about it. */
export type GroupSample = {
  arm: Arm
  trace: Trace
  verdict: Verdict
  decision: Decision
  /** Of the first samples of its arm for this problem: how many were checked, and how many of them are right. */
  rate: { correct: number; checked: number }
}

/** One problem with the samples that an export reads. */
export type ProblemGroup = {
  problem: Problem
  /** What it is about and in what form it wants its answer, where the recipe has this found out. */
  kind?: ProblemKind
  /** The user message as it was sent to every arm. */
  instruction: string
  /** Which samples were selected, with pass rates, or why the problem has no pair. */
  pair: Pair
  /**
   * For an export of selected samples one of each arm, in the order of the recipe's arms; else in the order of the
   * shard's parts.
   */
  samples: GroupSample[]
}

/** One dataset configuration: which columns it has and which rows a problem gives. */
export type Export = {
  /** The name of the configuration and of its folder. */
  name: string
  /** Raised with every change that can change a row; part of the fingerprint of the dataset. */
  version: string
  /** One sentence for the dataset card. */
  describe: string
  /** Areas and formats of each of which it wants a share: where one of them has no pair, it has no row. */
  cells?: readonly string[]
  /** The role of the arm whose rows it holds. No arm can have the name of an export without it as its role. */
  role?: string
  /** Columns of the rows; the same arms give the same columns. Throws a UsageError for arms that it cannot lay out. */
  schema: (arms: readonly Arm[]) => RowSchema
  /**
   * `problems` keeps the rows of a problem together and sorts the problems by the shards of the run and then by id. An
   * arrangement sees all rows before it chooses which of them are written and in which order.
   */
  order: 'problems' | Arrangement
  /** The rows of one problem. The same group gives the same rows. */
  rows: (group: ProblemGroup, arms: readonly Arm[]) => Row[]
} & (
  | {
      reads: 'selected'
      /**
       * Exactly one row for each pair. The shards of all matched exports are cut at the same pairs, so that row *i* of
       * one is about the same problem as row *i* of another. An export that is not matched may give any number of rows
       * and has shards of its own.
       */
      matched: boolean
    }
  | { reads: 'kept' | 'all'; matched: false }
)

/** What an arrangement knows of a row. */
export type RowNote = {
  pair_id: string
  /** Whether the answer was reasoned about before. */
  reasons: boolean
  /** Reasoning and answer together. */
  tokens: number
  /** Rows of one cell are alike: their subject and the form of their answers. */
  cell: string
}

/** A row that is written, and the columns that only its place decides. */
export type Placed = { row: number; columns?: Row }

/** Chooses among all rows of a configuration. It holds a note of each; the rows themselves wait on disk. */
export type Arrangement = {
  note: (row: Row) => RowNote
  /** @returns the rows that are written, by their number, in their order; the same notes give the same choice */
  choose: (notes: readonly RowNote[]) => Placed[]
}

/** What an export of the recipe's options is made for. */
export type ExportSettings = {
  /** The name of the configuration. */
  name: string
  arms: readonly Arm[]
  /** Of the run. */
  seed: number
}

/** An export with options, which a recipe states as `{export: NAME, …}`. */
export type ConfigurableExport<Options extends z.ZodObject = z.ZodObject> = {
  name: string
  options: Options
  /** The name of a configuration for which the recipe states none. */
  defaultName(options: z.output<Options>): string
  make(options: z.output<Options>, settings: ExportSettings): Export
}

/** Exports that differ by a parameter, which is their name. */
export type ExportFamily = {
  /** Names that these arms make possible. */
  names: (arms: readonly Arm[]) => string[]
  /** The export of one of these names. */
  make: (name: string) => Export
}

/** The part of a problem's samples that an export reads; `undefined` where there is nothing for it to read. */
export function readableBy({ reads }: Pick<Export, 'reads'>, group: ProblemGroup): ProblemGroup | undefined {
  if (reads === 'selected' && group.pair.lost !== '') return undefined
  // A pair beyond the wanted number is no part of the dataset; only what shows everything shows it.
  if (reads === 'kept' && group.pair.lost === 'beyond_selection') return undefined
  const samples =
    reads === 'all'
      ? group.samples
      : reads === 'kept'
        ? group.samples.filter((sample) => sample.decision.keep)
        : group.pair.members.map((member) => sampleOf(group, member.key))
  return samples.length > 0 ? { ...group, samples } : undefined
}

/** Whether reviewers took the pair out: then no configuration has anything of its problem. */
export function isWithdrawn({ pair }: Pick<ProblemGroup, 'pair'>): boolean {
  return pair.lost === ('rejected_by_review' satisfies PairReason)
}

function sampleOf({ pair, samples }: ProblemGroup, key: string): GroupSample {
  const sample = samples.find((candidate) => candidate.trace.key === key)
  if (!sample) throw new Error(`pair ${pair.pair_id} names the trace ${key}, which its shard does not hold`)
  return sample
}
