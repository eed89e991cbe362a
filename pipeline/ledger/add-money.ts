import type { Bill, Tokens } from '../../schemas/bill.ts'
import type { ArmSpend, Ledger } from '../../schemas/ledger.ts'
import type { Bought } from '../../schemas/spend.ts'
import { billedNanoUsd, ratesOf } from '../../teachers/cost/price.ts'
import { readRunRecord } from '../../store/run/run-record.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { ArmTracesCounts, DecisionsCounts, PairsCounts } from '../../schemas/counts.ts'
import { spentTokens } from './check-ledger.ts'
import { otherSpend } from './other-spend.ts'
import { longestAnswer, pricesOf, runTotal } from './prices.ts'
import { runSpend } from './run-spend.ts'
import type { ArmCost, TokenFlow } from './token-flow.ts'

/** Prices what was counted, at the prices of the current recipe, and adds what only the journals know. */
export async function addMoney(
  context: RunContext,
  ledger: Ledger,
  { flow, bills, withdrawn }: { flow: TokenFlow; bills: Map<string, Bill>; withdrawn: readonly Bought[] },
): Promise<void> {
  const costs = new Map<string, ArmCost>()
  for (const spend of ledger.spend) {
    const arm = context.arms.find((each) => each.name === spend.arm)!
    const bill = bills.get(spend.arm)!
    const rates = ratesOf(context.recipe.endpoints[arm.endpoint]?.price, arm.model)
    const nano_usd = billedNanoUsd(bill, rates)
    Object.assign(spend, tokenFields(bill), { cost_usd: nano_usd === null ? null : nano_usd / 1e9 })
    costs.set(spend.arm, { nano_usd, rates })
  }
  const bought = await runSpend(context.runFolder, { longestAnswer: longestAnswer(context) })
  const priceOf = pricesOf(context, await readRunRecord(context.runFolder))
  for (const { spend, bill, stage, reason } of otherSpend(context, bought, withdrawn, priceOf)) {
    ledger.spend.push(spend)
    flow.add(spend.arm, stage, reason, bill)
    const nano_usd = spend.cost_usd === null ? null : spend.cost_usd * 1e9
    costs.set(spend.arm, { nano_usd, rates: undefined })
  }
  ledger.tokens = flow.rows(costs)
  ledger.total = runTotal(bought, priceOf)
  const { tokens, cut_off } = ledger.total
  ledger.total.elsewhere = Math.max(0, tokens - cut_off.tokens - spentTokens(ledger))
}

function tokenFields(
  tokens: Tokens,
): Pick<ArmSpend, 'prompt_tokens' | 'cached_tokens' | 'completion_tokens'> {
  return {
    prompt_tokens: tokens.prompt,
    cached_tokens: tokens.cached,
    completion_tokens: tokens.completion,
  }
}

/** The counts of one arm in those parts of a shard that exist. */
export type ArmCounts = {
  traces: ArmTracesCounts
  decided: DecisionsCounts['arms'][string] | undefined
  paired: PairsCounts['arms'][string] | undefined
  isWritten: boolean
}

/** Every stage counts the tokens of the samples that it lost, so that the sum checks them all. */
export function followTokens(
  flow: TokenFlow,
  arm: string,
  { traces, decided, paired, isWritten }: ArmCounts,
): void {
  flow.add(arm, 'answered', 'repeated_tries', traces.tokens.repeated)
  flow.addTally(arm, 'answered', traces.tokens.unanswered)
  flow.addTally(arm, 'parsed', traces.tokens.unparsed)
  if (!decided) return flow.add(arm, 'verified', 'pending', traces.tokens.parsed)
  flow.addTally(arm, 'verified', decided.tokens.unverified)
  flow.addTally(arm, 'kept', decided.tokens.dropped)
  if (!paired) return flow.add(arm, 'paired', 'pending', decided.tokens.kept)
  flow.addTally(arm, 'paired', paired.tokens.lost)
  flow.add(arm, 'written', isWritten ? '' : 'pending', paired.tokens.paired)
}
