import { correctness } from '../../../filters/sample/correctness.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { addTokens, noTokens } from '../../../schemas/bill.ts'
import { tally, tallyTokens, type DecisionsCounts } from '../../../schemas/counts.ts'
import type { FilterReason } from '../../../schemas/reasons.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { byArm, tokensOf } from '../counts.ts'

/** The counts of a part of decisions before its first row. */
export function emptyDecisionsCounts(arms: readonly Arm[]): DecisionsCounts {
  return {
    arms: byArm(arms, () => ({
      in: 0,
      unverified: {},
      dropped: {},
      kept: 0,
      tokens: { unverified: {}, dropped: {}, kept: noTokens() },
    })),
  }
}

/**
 * Counts a sample that has text under the first reason against it. Samples that could not be checked are counted apart
 * from those that a filter dropped.
 */
export function countDecision(
  counts: DecisionsCounts,
  trace: Pick<Trace, 'arm' | 'usage' | 'billed'>,
  reason: FilterReason | undefined,
): void {
  const arm = counts.arms[trace.arm]!
  const tokens = tokensOf(trace)
  arm.in += 1
  if (reason === undefined) {
    arm.kept += 1
    addTokens(arm.tokens.kept, tokens)
    return
  }
  const lost = Object.hasOwn(correctness.reasons, reason) && reason !== 'incorrect' ? 'unverified' : 'dropped'
  tally(arm[lost], reason)
  tallyTokens(arm.tokens[lost], reason, tokens)
}
