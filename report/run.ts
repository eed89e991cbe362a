import type { Ledger } from '../schemas/ledger.ts'
import type { Mode } from '../schemas/arm.ts'

/** An arm as far as a report needs it. */
export type ReportArm = {
  name: string
  role: string
  model: string
  mode: Mode
  /** The samples that every problem has, whatever its answers: shares are counted over these alone. */
  first: number
}

/** What a report is made from: the parts of a run, and what its books say. */
export type ReportRun = {
  name: string
  runFolder: string
  shards: number
  /** Shards whose parts another recipe made, or which were made from parts that are others by now; they do not count. */
  stale: ReadonlySet<number>
  /** The kind that holds the decisions that count. */
  decisions: 'decisions' | 'set-decisions'
  /** Whether it was found out what each problem is about. */
  kinds: boolean
  arms: readonly ReportArm[]
  /** By what lengths are counted, where that is not each model's own vocabulary. */
  lengths: string
  ledger: Ledger
  /** The files of the dataset; none where it is not written. */
  files: readonly { config: string; path: string; rows: number; bytes: number }[]
  /** What is known of the errors of the verifiers in use, in words. */
  verifiers: readonly { task: string; verifier: string; text: string }[]
  /** Random pairs whose verdicts of people hold, and how many of them were rejected for what; `null` where there are none. */
  reviewed: { pairs: number; rejected: number; wrong_answer: number; gold_wrong: number } | null
}
