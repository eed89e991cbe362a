import { addBill, emptyBill, type Bill } from '../../schemas/bill.ts'
import type { ArmSpend } from '../../schemas/ledger.ts'
import { billedNanoUsd } from '../../teachers/price.ts'
import { judgeArmName } from '../recipe/judge-arms.ts'
import type { ShardContext } from '../shard-context.ts'
import type { pricesOf } from './prices.ts'
import type { RunSpend } from './run-spend.ts'

/**
 * What the judges of a run have cost, from their journal and therefore also what another recipe asked them before;
 * `undefined` for a run without any. Parts know nothing of it: how often a request was tried must not change their bytes.
 */
export function judgeSpend(
  { recipe }: ShardContext,
  { bought }: RunSpend,
  priceOf: ReturnType<typeof pricesOf>,
): { spend: ArmSpend; bill: Bill } | undefined {
  const judges = bought.filter((each) => each.kind === 'judge')
  if (!recipe.verify.judge && judges.length === 0) return undefined
  const bill = emptyBill()
  let nanoUsd: number | null = null
  const spend = { requests: 0, retries: 0, unsettled: 0 }
  for (const each of judges) {
    addBill(bill, each.bill)
    for (const figure of ['requests', 'retries', 'unsettled'] as const) spend[figure] += each[figure]
    const cost = billedNanoUsd(each.bill, priceOf(each))
    if (cost !== null) nanoUsd = (nanoUsd ?? 0) + cost
  }
  return {
    bill,
    spend: {
      arm: judgeArmName,
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
