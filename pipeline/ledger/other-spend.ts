import { addBill, emptyBill, type Bill } from '../../schemas/bill.ts'
import type { ArmSpend, LedgerStage } from '../../schemas/ledger.ts'
import type { TokenReason } from '../../schemas/reasons.ts'
import type { Bought } from '../../schemas/spend.ts'
import { billedNanoUsd } from '../../teachers/cost/price.ts'
import { classifierName, judgeArmName } from '../recipe/judge-arms.ts'
import { probeArmName } from '../recipe/probe-section.ts'
import { withdrawnArmName } from '../recipe/withdrawn-arm.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { pricesOf } from './prices.ts'
import type { RunSpend } from './run-spend.ts'

/** What is bought besides samples: where it is journalled, its name in the ledger, and the reason for its tokens. */
const others = [
  { kind: 'classify', arm: classifierName, stage: 'planned', reason: 'classifying' },
  { kind: 'judge', arm: judgeArmName, stage: 'verified', reason: 'judging' },
  { kind: 'probe', arm: probeArmName, stage: 'sent', reason: 'probing' },
] as const satisfies { kind: string; arm: string; stage: LedgerStage; reason: TokenReason }[]

export type OtherSpend = { spend: ArmSpend; bill: Bill; stage: LedgerStage; reason: TokenReason }

/**
 * What the judges and the probes of a run have cost, from their journals and therefore also what another recipe asked them
 * before; and what was bought for problems that have left. Parts know nothing of it: how often a request was tried must not change their bytes.
 */
export function otherSpend(
  { recipe }: RunContext,
  { bought }: RunSpend,
  withdrawn: readonly Bought[],
  priceOf: ReturnType<typeof pricesOf>,
): OtherSpend[] {
  const left: OtherSpend[] =
    withdrawn.length === 0
      ? []
      : [{ ...sumOf(withdrawnArmName, withdrawn, priceOf), stage: 'planned', reason: 'withdrawn' }]
  const asked = others.flatMap(({ kind, arm, stage, reason }) => {
    const own = bought.filter((each) => each.kind === kind)
    const expected =
      kind === 'judge' ? recipe.verify.judge : kind === 'classify' ? recipe.classify?.judge : undefined
    return own.length > 0 || expected !== undefined ? [{ ...sumOf(arm, own, priceOf), stage, reason }] : []
  })
  return [...asked, ...left]
}

function sumOf(
  arm: string,
  own: readonly Bought[],
  priceOf: ReturnType<typeof pricesOf>,
): { spend: ArmSpend; bill: Bill } {
  const bill = emptyBill()
  let nanoUsd: number | null = null
  const spend = { requests: 0, retries: 0, unsettled: 0 }
  for (const each of own) {
    addBill(bill, each.bill)
    for (const figure of ['requests', 'retries', 'unsettled'] as const) spend[figure] += each[figure]
    const cost = billedNanoUsd(each.bill, priceOf(each))
    if (cost !== null) nanoUsd = (nanoUsd ?? 0) + cost
  }
  return {
    bill,
    spend: {
      arm,
      requests: spend.requests,
      retries: spend.retries,
      prompt_tokens: bill.prompt,
      cached_tokens: bill.cached,
      completion_tokens: bill.completion,
      estimated_tokens: 0,
      cost_usd: nanoUsd === null ? null : nanoUsd / 1e9,
      unsettled: spend.unsettled,
    },
  }
}
