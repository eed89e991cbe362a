import type { FilterReason, RowReason } from '../schemas/reasons.ts'
import type { Problem } from '../schemas/problem.ts'
import type { ProblemFields } from './problems-section.ts'

/** A row of the source that is no usable problem. */
export type RejectedRow = {
  position: string
  reason: RowReason | FilterReason
  message: string
  /** The id of the problem that the row gives, where it gives one. */
  problem?: string
  /** What a filter went by: values, bounds, the other problem. */
  facts?: Readonly<Record<string, string | number>>
}

export type SourceRow = {
  position: string
  problem: Problem
  /** What the row's own id is unique within; two rows with one id and different problems are an error of the source. */
  idScope: string
  /** As in `PlacedProblem`. */
  validity?: Readonly<Record<string, string>>
}

/** The recipe's problem set. */
export type ProblemSource = {
  /** For messages. */
  label: string
  /** Changes when the content of the set does. */
  contentDigest: string
  /** Whether it comes from standard input, which cannot be read a second time and is not part of the digest. */
  readOnce: boolean
  rows(): AsyncGenerator<SourceRow | RejectedRow>
  close(): Promise<void>
  /** Takes away what was kept for a start that has to read the rows again; for when they are on disk as problems. */
  forget(): Promise<void>
}

/** What a row's own id is unique within: its file when it is only guessed that the column holds ids of problems. */
export function idScope(position: string, fields: ProblemFields, source: string): string {
  const file = fields.id === undefined ? position.replace(/(:| row )\d+(?: \S+\])?$/, '') : ''
  return `${file}\n${source}`
}
