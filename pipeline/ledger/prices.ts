import { ownMember } from '../../schemas/own-member.ts'
import type { Arm } from '../../schemas/arm.ts'
import { addBill, emptyBill, totalTokens } from '../../schemas/bill.ts'
import type { RunTotal } from '../../schemas/ledger.ts'
import type { RunRecord } from '../../schemas/run.ts'
import type { Bought } from '../../schemas/spend.ts'
import { Price, type Rates } from '../../teachers/endpoint-options.ts'
import { batchRates, billedNanoUsd, ratesOf } from '../../teachers/cost/price.ts'
import { amountOf, billedAmount } from '../engine/budgeted-endpoint.ts'
import { nothing, type Amount } from '../engine/budget.ts'
import { answerLimits } from '../recipe/answer-limits.ts'
import { judgeArmName, allJudgeArms } from '../recipe/judge-arms.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { RunSpend } from './run-spend.ts'

/** Finds the price of what was bought: that of the current recipe, else the last one that this run had. */
export function pricesOf(
  { recipe, arms }: RunContext,
  record: Pick<RunRecord, 'prices'> | undefined,
): (bought: Pick<Bought, 'arm' | 'endpoint' | 'model'>) => Rates | undefined {
  const judges = allJudgeArms(recipe)
  return (bought) => {
    const { endpoint, model } = bought.endpoint === '' ? legacyPlace(bought.arm, arms, judges) : bought
    const earlier = Price.safeParse(record && ownMember(record.prices, endpoint))
    return ratesOf(recipe.endpoints[endpoint]?.price ?? (earlier.success ? earlier.data : undefined), model)
  }
}

/** The longest answer to one request that an arm or judge of the recipe can give, in tokens. */
export function longestAnswer({ recipe, arms }: RunContext): (bought: Bought) => number {
  const judges = allJudgeArms(recipe)
  return ({ arm: name, model }) => {
    const asked = name.startsWith(`${judgeArmName}@`)
      ? judges.filter((judge) => judge.model === model)
      : arms.filter((arm) => arm.name === name)
    return Math.max(0, ...asked.map((arm) => answerLimits(arm).request ?? 0))
  }
}

/** What a run has spent so far, as its budget counts it, batches that are on their way left out. */
export function spentAmount({ bought }: RunSpend, priceOf: ReturnType<typeof pricesOf>): Amount {
  const spent: Amount = { ...nothing }
  for (const each of bought) {
    for (const bill of [each.bill, each.cut_off]) {
      const { nano_usd, tokens } = billedAmount(bill, priceOf(each))
      spent.nano_usd += nano_usd
      spent.tokens += tokens
    }
  }
  return spent
}

/** What is set aside for the requests of these batches that have no outcome yet. */
export function awaitedAmount(
  { bought }: RunSpend,
  priceOf: ReturnType<typeof pricesOf>,
  batches: ReadonlySet<string>,
): Amount {
  const awaited: Amount = { ...nothing }
  for (const each of bought) {
    const rates = priceOf(each)
    for (const [batch, { prompt, completion }] of Object.entries(each.batches ?? {})) {
      if (!batches.has(batch)) continue
      const { nano_usd, tokens } = amountOf({ prompt, cached: 0, completion }, rates && batchRates(rates))
      awaited.nano_usd += nano_usd
      awaited.tokens += tokens
    }
  }
  return awaited
}

/** What a run has spent so far, for people. */
export function runTotal({ bought }: RunSpend, priceOf: ReturnType<typeof pricesOf>): RunTotal {
  const total: RunTotal = {
    requests: 0,
    tokens: 0,
    cost_usd: null,
    cut_off: { requests: 0, tokens: 0, cost_usd: null },
    elsewhere: 0,
  }
  for (const each of bought) {
    const rates = priceOf(each)
    const whole = emptyBill()
    addBill(whole, each.bill)
    addBill(whole, each.cut_off)
    total.requests += each.requests + each.unsettled
    total.tokens += totalTokens(whole)
    total.cost_usd = plus(total.cost_usd, billedNanoUsd(whole, rates))
    total.cut_off.requests += each.unsettled
    total.cut_off.tokens += totalTokens(each.cut_off)
    if (each.unsettled > 0)
      total.cut_off.cost_usd = plus(total.cut_off.cost_usd, billedNanoUsd(each.cut_off, rates))
  }
  return total
}

function plus(usd: number | null, nanoUsd: number | null): number | null {
  return nanoUsd === null ? usd : (usd ?? 0) + nanoUsd / 1e9
}

/** Journals of earlier versions name the arm only. */
function legacyPlace(
  name: string,
  arms: readonly Arm[],
  judges: readonly Arm[],
): Pick<Arm, 'endpoint' | 'model'> {
  const prefix = `${judgeArmName}@`
  if (!name.startsWith(prefix)) return arms.find((arm) => arm.name === name) ?? { endpoint: '', model: '' }
  const endpoint = name.slice(prefix.length)
  return { endpoint, model: judges.find((judge) => judge.endpoint === endpoint)?.model ?? '' }
}
