import type { SlotAmount as Amount } from '../../store/budget/budget-slot.ts'

/** Upper bounds on what a run may spend; a missing one sets no limit. */
export type BudgetLimits = { usd?: number | undefined; tokens?: number | undefined }

/** The limits as amounts, without end where there is none. */
export function capOf({ usd, tokens }: BudgetLimits): Amount {
  return { nano_usd: usd === undefined ? Infinity : Math.floor(usd * 1e9), tokens: tokens ?? Infinity }
}

/** Why nothing more is asked, for people. */
export function spentMessage({ usd, tokens }: BudgetLimits, spent: Amount, needed: Amount): string {
  const parts: string[] = []
  if (usd !== undefined) parts.push(`$${dollars(spent.nano_usd)} of $${usd} (budget.usd)`)
  if (tokens !== undefined) parts.push(`${spent.tokens} of ${tokens} tokens (budget.tokens)`)
  const next = usd === undefined ? `${needed.tokens} tokens` : `$${dollars(needed.nano_usd)}`
  return `the budget is used up: ${parts.join(', ')} spent, and the next request may take up to ${next}: raise the budget in the recipe to go on`
}

function dollars(nanoUsd: number): string {
  return (nanoUsd / 1e9).toFixed(4)
}
