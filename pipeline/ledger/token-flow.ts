import { addTokens, noTokens, totalTokens, type Tokens } from '../../schemas/bill.ts'
import { ledgerStages, type LedgerStage, type TokenRow } from '../../schemas/ledger.ts'
import type { Reason, UndeclaredReason } from '../../schemas/reasons.ts'
import type { Rates } from '../../teachers/endpoint-options.ts'
import { nanoUsd } from '../../teachers/cost/price.ts'
import type { TokenTally } from '../../schemas/counts.ts'

/** What an arm's tokens cost in all, and by which prices that is split. */
export type ArmCost = { nano_usd: number | null; rates: Rates | undefined }

/** Follows the tokens of every arm to the stage and reason at which they ended. */
export type TokenFlow = {
  add(arm: string, stage: LedgerStage, reason: Reason | '', tokens: Tokens): void
  /** Adds the counts of a part, whose reasons another version may have written. */
  addTally(arm: string, stage: LedgerStage, tally: TokenTally): void
  /** Rows of the arms in the order of the stages, written pairs first; without rows that hold nothing. */
  rows(costs: ReadonlyMap<string, ArmCost>): TokenRow[]
}

export function openTokenFlow(): TokenFlow {
  const flow = new Map<string, Map<string, { stage: LedgerStage; reason: string; tokens: Tokens }>>()

  function add(arm: string, stage: LedgerStage, reason: Reason | '', tokens: Tokens): void {
    if (totalTokens(tokens) === 0) return
    const places = flow.get(arm) ?? new Map<string, never>()
    flow.set(arm, places)
    const key = `${stage} ${reason}`
    const place = places.get(key) ?? { stage, reason, tokens: noTokens() }
    places.set(key, place)
    addTokens(place.tokens, tokens)
  }

  return {
    add,
    addTally(arm, stage, tally) {
      for (const [reason, tokens] of Object.entries(tally))
        add(arm, stage, reason as UndeclaredReason, tokens)
    },
    rows: (costs) =>
      [...costs].flatMap(([arm, cost]) => {
        const places = [...(flow.get(arm)?.values() ?? [])].toSorted(inOrder)
        const weights = places.map(({ tokens }) => (cost.rates ? nanoUsd(tokens, cost.rates) : 0))
        const byPrice = weights.some((weight) => weight > 0)
        const shares = byPrice ? weights : places.map(({ tokens }) => totalTokens(tokens))
        const whole = shares.reduce((sum, share) => sum + share, 0)
        return places.map(({ stage, reason, tokens }, index) => ({
          arm,
          stage,
          reason,
          prompt_tokens: tokens.prompt,
          cached_tokens: tokens.cached,
          completion_tokens: tokens.completion,
          cost_usd: cost.nano_usd === null ? null : (cost.nano_usd * (shares[index]! / whole)) / 1e9,
        }))
      }),
  }
}

type Place = { stage: LedgerStage; reason: string; tokens: Tokens }

function inOrder(a: Place, b: Place): number {
  const rank = ({ stage, reason }: Place): number => (reason === '' ? -1 : ledgerStages.indexOf(stage))
  return rank(a) - rank(b) || totalTokens(b.tokens) - totalTokens(a.tokens) || (a.reason < b.reason ? -1 : 1)
}
