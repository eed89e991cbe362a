import { z } from 'zod'

const count = z.int().nonnegative()

/** The stages that a sample passes, in order. Each one's `in` is the `out` of the one before. */
export const ledgerStages = [
  'planned',
  'sent',
  'answered',
  'parsed',
  'verified',
  'kept',
  'paired',
  'written',
] as const
export const LedgerStage = z.enum(ledgerStages)
export type LedgerStage = z.infer<typeof LedgerStage>

/** What one stage did with the samples of one arm: `in` = `out` + the sum of `lost`. */
export const LedgerRow = z.strictObject({
  stage: LedgerStage,
  arm: z.string(),
  in: count,
  out: count,
  /** Losses by reason code, one reason a sample. */
  lost: z.record(z.string(), count),
})
export type LedgerRow = z.infer<typeof LedgerRow>

/**
 * Tokens and money of one arm, failed and repeated tries included as far as the server reported them. The judges of the
 * verify stage are the arm `judge`, the probes of all endpoints the arm `probe`.
 */
export const ArmSpend = z.strictObject({
  arm: z.string(),
  requests: count,
  retries: count,
  prompt_tokens: count,
  completion_tokens: count,
  /** US dollars by the recipe's price or the server's own figure; `null` when neither is known. */
  cost_usd: z.number().nonnegative().nullable(),
  /** Requests that left before a kill and have no outcome on disk; they may have been paid for. */
  unsettled: count,
})
export type ArmSpend = z.infer<typeof ArmSpend>

export const Ledger = z.strictObject({
  /** Rows of the problem source, and what became of them. */
  problems: z.strictObject({ read: count, lost: z.record(z.string(), count), kept: count }),
  samples: z.array(LedgerRow),
  /** Problems in the end: how many became pairs, and why the others did not. */
  pairs: z.strictObject({
    problems: count,
    pending: count,
    lost: z.record(z.string(), count),
    paired: count,
    written: count,
  }),
  verdicts: z.record(z.string(), z.record(z.string(), count)),
  /** Problems whose reference is in doubt, was replaced, or was missing and taken from the majority of the samples. */
  golds: z.strictObject({ suspect: count, repaired: count, majority: count }),
  spend: z.array(ArmSpend),
})
export type Ledger = z.infer<typeof Ledger>
