import { ownMember } from './own-member.ts'
import { z } from 'zod'
import type { Reason, UndeclaredReason } from './reasons.ts'
import type { VerdictValue } from './verdict.ts'
import { addTokens, Bill, noTokens, Tokens } from './bill.ts'
import { ArmTruncation } from './ledger.ts'
import { Bought } from './spend.ts'

const count = z.int().nonnegative()

/** Numbers by reason, state or verdict. */
export const Tally = z.record(z.string(), count)
export type Tally = z.infer<typeof Tally>

/** Tokens by reason, as a companion to the samples by reason. */
const TokenTally = z.record(z.string(), Tokens)
export type TokenTally = z.infer<typeof TokenTally>

/** What cutting the problem set into shards says of a shard. */
export const ProblemsCounts = z.strictObject({ problems: count })

/** What admitting problems says of a shard, by stratum: how many problems it has, and how many of them are asked. */
export const AdmittedCounts = z.strictObject({
  problems: count,
  strata: z.record(
    z.string(),
    z.strictObject({
      problems: count,
      /** Chosen to be asked in some wave, those that are held among them. */
      chosen: count,
      /** Chosen, but not asked to the end before the budget was: they wait for more of it. */
      held: count,
    }),
  ),
})
export type AdmittedCounts = z.infer<typeof AdmittedCounts>

/** What sealing a shard adds to the ledger for one arm. */
const ArmTracesCounts = z.strictObject({
  planned: count,
  /** Failures by code. */
  unanswered: Tally,
  /** Responses without any text, by finish state, and those that broke the reading rules of their arm, by reason. */
  unparsed: Tally,
  parsed: count,
  requests: count,
  retries: count,
  unsettled: count,
  /** Everything that was billed, failed tries included. The price is no matter of the part: the ledger knows it. */
  bill: Bill,
  /** The same by what became of it: tries that brought nothing of samples that were answered later, then as above. */
  tokens: z.strictObject({
    repeated: Tokens,
    unanswered: TokenTally,
    unparsed: TokenTally,
    parsed: Tokens,
  }),
  /** Prompt and completion tokens among them that were estimated here. */
  estimated_tokens: count,
  /** Samples that the token limit cut off at first, and the completion tokens of their first and further requests. */
  truncation: ArmTruncation.omit({ arm: true, policy: true }),
  /** Problems of an adaptive arm by why their sampling ended. */
  adaptive: Tally.nullable(),
})
export type ArmTracesCounts = z.infer<typeof ArmTracesCounts>

export const TracesCounts = z.strictObject({
  /** Samples whose failure was the server's; the shard is opened again for them at the next start. */
  retryable: count,
  arms: z.record(z.string(), ArmTracesCounts),
  /** Samples whose answer was paid for in another run, by that run; missing where there are none. */
  reused: Tally.optional(),
  /** Problems that were asked about and have left the set since, and what was bought for them; missing where the set never changed. */
  withdrawn: z.strictObject({ problems: count, bought: z.array(Bought) }).optional(),
})
export type TracesCounts = z.infer<typeof TracesCounts>

/** What verifying adds, by arm and verdict. */
export const VerdictsCounts = z.strictObject({
  arms: z.record(z.string(), Tally),
  /** Problems whose reference is in doubt, was replaced, or was missing and taken from the majority. */
  golds: z.strictObject({ suspect: count, repaired: count, majority: count }),
  /** Digest of the traces that were verified: verdicts of the same traces can be compared. */
  traces: z.string(),
})
export type VerdictsCounts = z.infer<typeof VerdictsCounts>

/**
 * What filtering adds of the samples that have text: losses of samples that could not be checked apart from those of
 * all other reasons.
 */
export const DecisionsCounts = z.strictObject({
  arms: z.record(
    z.string(),
    z.strictObject({
      in: count,
      unverified: Tally,
      dropped: Tally,
      kept: count,
      tokens: z.strictObject({ unverified: TokenTally, dropped: TokenTally, kept: Tokens }),
    }),
  ),
})
export type DecisionsCounts = z.infer<typeof DecisionsCounts>

/** What pairing adds: samples by arm, and problems. */
export const PairsCounts = z.strictObject({
  arms: z.record(
    z.string(),
    z.strictObject({
      in: count,
      lost: Tally,
      paired: count,
      tokens: z.strictObject({ lost: TokenTally, paired: Tokens }),
    }),
  ),
  problems: z.strictObject({ lost: Tally, paired: count }),
})
export type PairsCounts = z.infer<typeof PairsCounts>

/** The same after the selection, with what it knows of every stratum. */
export const SelectedCounts = PairsCounts.extend({
  strata: z.record(
    z.string(),
    z.strictObject({
      /** Problems that were asked to the end. */
      asked: count,
      /** Those of them that became pairs. */
      accepted: count,
      /** Pairs that the selection took. */
      selected: count,
      /** What the answers to the asked problems were billed for, by arm. */
      tokens: z.record(z.string(), Tokens),
    }),
  ),
})
export type SelectedCounts = z.infer<typeof SelectedCounts>

/** Adds to one entry of a tally. The type allows declared reasons only. */
export function tally(counts: Tally, reason: Reason | VerdictValue, by = 1): void {
  counts[reason] = (ownMember(counts, reason) ?? 0) + by
}

/** Adds a stored tally, which another version may have counted. */
export function addTally(sum: Tally, more: Readonly<Tally>): void {
  for (const [reason, count] of Object.entries(more))
    if (count > 0) tally(sum, reason as UndeclaredReason, count)
}

/** Adds tokens to one entry of a tally. */
export function tallyTokens(counts: TokenTally, reason: Reason, tokens: Tokens): void {
  const before = ownMember(counts, reason) ?? (counts[reason] = noTokens())
  addTokens(before, tokens)
}

/** The sum of a tally. */
export function sum(counts: Tally): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
