import type { PartCounts, PartKind } from '../../schemas/parts.ts'

/**
 * What the footer of a part says about it, so that nothing else has to be read to know whether it is current. For several
 * kinds it is a union, in which `kind` determines the counts.
 */
export type PartState<Kind extends PartKind = PartKind> = {
  [Each in Kind]: {
    kind: Each
    /** Of the recipe section, code and inputs that made it. */
    fingerprint: string
    /** Of its content: the input part of the next stage's fingerprint. */
    digest: string
    rows: number
    /** The stage's contribution to the ledger. */
    counts: PartCounts<Each>
  }
}[Kind]
