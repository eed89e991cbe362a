import type { z } from 'zod'
import {
  AdmittedCounts,
  DecisionsCounts,
  PairsCounts,
  ProblemsCounts,
  SelectedCounts,
  TracesCounts,
  VerdictsCounts,
} from './counts.ts'
import { Decision } from './decision.ts'
import { Pair } from './pair.ts'
import { KindsCounts, ProblemKind } from './problem-kind.ts'
import { Problem } from './problem.ts'
import { Trace } from './trace.ts'
import { Verdict } from './verdict.ts'

/** What the parts of one kind hold, see `parts`. */
export type PartDefinition = {
  /** What one row is called where rows of several kinds are joined. */
  one: string
  /** Whether the part has a row for every problem of its shard or for every sample of these problems. */
  per: 'problem' | 'sample'
  /** The column that says which problem or which sample a row is about. */
  key: string
  row: z.ZodObject
  /** What the stage adds to the ledger; it is stored in the footer. */
  counts: z.ZodObject
}

/**
 * The kinds of parts of a run, in the order in which they are made: the one place that says what is stored. The rows of
 * every kind follow the order of the shard's problems, and within a problem the order of its samples.
 */
export const parts = {
  problems: { one: 'problem', per: 'problem', key: 'id', row: Problem, counts: ProblemsCounts },
  /** What each problem is about; only where a recipe classifies them. */
  kinds: { one: 'kind', per: 'problem', key: 'id', row: ProblemKind, counts: KindsCounts },
  /** The problems whose turn has come; only where a recipe selects a number of pairs. */
  admitted: { one: 'admittedProblem', per: 'problem', key: 'id', row: Problem, counts: AdmittedCounts },
  traces: { one: 'trace', per: 'sample', key: 'key', row: Trace, counts: TracesCounts },
  verdicts: { one: 'verdict', per: 'sample', key: 'key', row: Verdict, counts: VerdictsCounts },
  decisions: { one: 'decision', per: 'sample', key: 'key', row: Decision, counts: DecisionsCounts },
  /** Decisions after the set filters, which look at all samples together; only where a recipe has set filters. */
  'set-decisions': { one: 'setDecision', per: 'sample', key: 'key', row: Decision, counts: DecisionsCounts },
  pairs: { one: 'pair', per: 'problem', key: 'pair_id', row: Pair, counts: PairsCounts },
  /** Pairs of which those beyond the wanted number count as lost; only where a recipe selects a number of pairs. */
  selected: { one: 'selectedPair', per: 'problem', key: 'pair_id', row: Pair, counts: SelectedCounts },
} as const satisfies Record<string, PartDefinition>

type Parts = typeof parts

export type PartKind = keyof Parts
export const partKinds = Object.keys(parts) as PartKind[]

/** A row of a kind of part. */
export type PartRow<Kind extends PartKind> = z.output<Parts[Kind]['row']>

/** What the footer of a kind of part counts. */
export type PartCounts<Kind extends PartKind> = z.output<Parts[Kind]['counts']>

/** A column of a kind of part. */
export type PartColumn<Kind extends PartKind> = keyof PartRow<Kind> & string

/** All columns of a kind of part, in order. */
export function partColumns<Kind extends PartKind>(kind: Kind): PartColumn<Kind>[] {
  return Object.keys(parts[kind].row.shape) as PartColumn<Kind>[]
}
