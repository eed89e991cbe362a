import { batchesOut } from '../stages/generate/batch/batches.ts'
import type { Amount } from '../engine/budget.ts'
import type { Reporter } from '../reporter/reporter.ts'
import { readRunRecord } from '../../store/run/run-record.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { awaitedAmount, longestAnswer, pricesOf, runTotal, spentAmount } from './prices.ts'
import { runSpend } from './run-spend.ts'

/**
 * The tokens and dollars that count against the budget of a run before it asks anything: everything that its earlier
 * starts bought, under any version of the recipe, and what is reserved for batches whose results are not imported yet. Where the
 * recipe has a budget, the reporter says which of these figures are estimates.
 *
 * Only the process that holds the lock of the run may call this, because it writes the spend of attempts that a kill
 * cut off to disk.
 */
export async function spentBefore(context: RunContext, reporter: Reporter): Promise<Amount> {
  const { recipe, runFolder } = context
  const bought = await runSpend(runFolder, { longestAnswer: longestAnswer(context), store: true })
  const priceOf = pricesOf(context, await readRunRecord(runFolder))
  if (recipe.budget) {
    const unpriced = bought.bought.filter((each) => recipe.budget?.usd !== undefined && !priceOf(each))
    for (const { endpoint, arm } of unpriced)
      reporter.warn(
        `what ${arm} bought at the endpoint ${endpoint} before has no price in the recipe any more and counts as what the server said it charged`,
      )
    const { cut_off } = runTotal(bought, priceOf)
    if (cut_off.requests > 0)
      reporter.note(
        `${cut_off.requests} requests were cut off by a kill and may have been paid for: the budget counts ${cut_off.tokens} tokens${cut_off.cost_usd === null ? '' : `, $${cut_off.cost_usd.toFixed(4)}`} for them, the mean of the answers of their arms`,
      )
  }
  const spent = spentAmount(bought, priceOf)
  const awaited = awaitedAmount(bought, priceOf, await batchesOut(runFolder))
  if (recipe.budget && awaited.tokens > 0)
    reporter.note(
      `${awaited.tokens} tokens${awaited.nano_usd > 0 ? `, $${(awaited.nano_usd / 1e9).toFixed(4)}` : ''} of the budget are set aside for batches until their results are imported or they are taken back`,
    )
  return { nano_usd: spent.nano_usd + awaited.nano_usd, tokens: spent.tokens + awaited.tokens }
}
