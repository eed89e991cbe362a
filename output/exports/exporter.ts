import type { Arm } from '../../schemas/arm.ts'
import type { Decision } from '../../schemas/decision.ts'
import type { PairMember } from '../../schemas/pair.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Trace } from '../../schemas/trace.ts'
import type { Verdict } from '../../schemas/verdict.ts'
import type { RowSchema } from '../../store/parquet/columns.ts'
import type { Row } from '../../store/parquet/rows.ts'

/** One arm's part in a pair, with all that is known about the selected trace. */
export type MatchedMember = {
  arm: Arm
  trace: Trace
  verdict: Verdict
  decision: Decision
  member: PairMember
}

/** A pair of the dataset with everything that an export may need. */
export type MatchedPair = {
  problem: Problem
  /** The user message as it was sent to every arm. */
  instruction: string
  /** In the order of the recipe's arms. */
  members: MatchedMember[]
}

/** One dataset configuration: which columns it has and which rows a pair gives. */
export type Exporter = {
  /** The configuration's name, which is also its folder's. */
  name: string
  /** One sentence for the dataset card. */
  describe: string
  /** Columns of the rows; the same arms give the same columns. Throws a UsageError for arms that it cannot lay out. */
  schema: (arms: readonly Arm[]) => RowSchema
  /** The rows of one pair, one or none. The same pair gives the same rows. */
  rows: (pair: MatchedPair, arms: readonly Arm[]) => Row[]
}
