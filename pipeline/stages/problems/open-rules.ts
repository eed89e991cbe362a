import type { DeclaredFinding } from '../../../filters/checked.ts'
import type { SourceRow } from '../../../problems/source-row.ts'

/** One filter while the source is read. */
export type OpenRules = {
  add(row: SourceRow, ordinal: number): Promise<void>
  /** @param isLost whether a filter before this one found something against the row with this number */
  decide(
    isLost: (ordinal: number) => boolean,
  ): AsyncIterable<{ problem: string; position: string; ordinal: number; finding: DeclaredFinding }>
  remove(): Promise<void>
}
