import { z } from 'zod'
import { KindsCounts } from './problem-kind.ts'
import { WrittenExport } from './written-export.ts'

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
 * verify stage are the arm `judge`, the probes of all endpoints the arm `probe`, and what was bought for problems that have
 * left since is the arm `withdrawn`.
 */
export const ArmSpend = z.strictObject({
  arm: z.string(),
  requests: count,
  retries: count,
  prompt_tokens: count,
  /** Part of the prompt tokens. */
  cached_tokens: count,
  completion_tokens: count,
  /** Prompt and completion tokens among those that the server did not report and that we estimated. */
  estimated_tokens: count,
  /** US dollars by the recipe's price or the server's own figure; `null` when neither is known. */
  cost_usd: z.number().nonnegative().nullable(),
  /** Requests that left before a kill and have no outcome on disk; they may have been paid for. */
  unsettled: count,
})
export type ArmSpend = z.infer<typeof ArmSpend>

/** What became of the samples of one arm whose first answer the token limit cut off: `cut` = `recovered` + `still_cut`. */
export const ArmTruncation = z.strictObject({
  arm: z.string(),
  policy: z.enum(['keep', 'raise', 'continue']),
  cut: count,
  recovered: count,
  still_cut: count,
  further_requests: count,
  /** Completion tokens of the first requests, and of the further ones; both are part of the arm's spend. */
  tokens_first: count,
  tokens_further: count,
})
export type ArmTruncation = z.infer<typeof ArmTruncation>

/** Problems of an adaptive arm by why their sampling ended, and the samples that they took. */
const ArmSampling = z.strictObject({
  arm: z.string(),
  problems: count,
  samples: count,
  ended: z.record(z.string(), count),
})

/** Where tokens that were paid for went: into pairs that were written, or lost at a stage for a reason. */
export const TokenRow = z.strictObject({
  arm: z.string(),
  stage: LedgerStage,
  /** Empty for the written pairs. */
  reason: z.string(),
  prompt_tokens: count,
  cached_tokens: count,
  completion_tokens: count,
  /** The arm's cost, split by tokens at their prices. */
  cost_usd: z.number().nonnegative().nullable(),
})
export type TokenRow = z.infer<typeof TokenRow>

/** Everything that a run has bought in all its starts and under all its recipes. The budget counts this. */
export const RunTotal = z.strictObject({
  requests: count,
  tokens: count,
  cost_usd: z.number().nonnegative().nullable(),
  /** Requests that a kill cut off, and what they are taken to have cost, which is part of the above. */
  cut_off: z.strictObject({ requests: count, tokens: count, cost_usd: z.number().nonnegative().nullable() }),
  /** Tokens that no arm of this recipe accounts for: asked for under another recipe, or answered twice. Part of the above. */
  elsewhere: count.default(0),
})
export type RunTotal = z.infer<typeof RunTotal>

export const Ledger = z.strictObject({
  /** Rows of the problem source, and what became of them. */
  problems: z.strictObject({
    read: count,
    lost: z.record(z.string(), count),
    kept: count,
    /** Problems that were asked about and have left the source since; none of `read`. What they cost is the spend `withdrawn`. */
    withdrawn: count.default(0),
  }),
  samples: z.array(LedgerRow),
  /** Problems in the end: how many became pairs, and why the others did not. */
  pairs: z.strictObject({
    problems: count,
    pending: count,
    lost: z.record(z.string(), count),
    paired: count,
    written: count,
  }),
  /** Areas and formats of the problems, who told them and why nobody did, where the recipe classifies them. */
  kinds: KindsCounts.extend({ pending: count }).optional(),
  /** What a run with `select` has come to in every stratum of its problems. */
  selection: z
    .strictObject({
      strata: z.record(
        z.string(),
        z.strictObject({
          problems: count,
          /** Problems that were chosen to be asked, and those that were asked to the end. */
          chosen: count,
          asked: count,
          /** Pairs that they gave, and those that the dataset has. */
          accepted: count,
          selected: count,
        }),
      ),
    })
    .optional(),
  /** The configurations of the dataset; none while there is no current one. */
  exports: z.array(WrittenExport),
  verdicts: z.record(z.string(), z.record(z.string(), count)),
  /** Problems whose reference is in doubt, was replaced, or was missing and taken from the majority of the samples. */
  golds: z.strictObject({ suspect: count, repaired: count, majority: count }),
  spend: z.array(ArmSpend),
  /** Arms of which something was cut off. */
  truncation: z.array(ArmTruncation),
  /** Adaptive arms. */
  sampling: z.array(ArmSampling),
  /** The same tokens and money as in `spend`, by what became of them. */
  tokens: z.array(TokenRow),
  total: RunTotal,
  /** Samples whose answer was paid for in another run, by that run. */
  reused: z.record(z.string(), count).optional(),
})
export type Ledger = z.infer<typeof Ledger>
