import type { BudgetAccount, Holding, SlotAmount } from '../../../store/budget/budget-slot.ts'

const units = ['nano_usd', 'tokens'] as const

export const nothing: Readonly<SlotAmount> = { nano_usd: 0, tokens: 0 }

export function plus(a: SlotAmount, b: SlotAmount): SlotAmount {
  return { nano_usd: a.nano_usd + b.nano_usd, tokens: a.tokens + b.tokens }
}

export function minus(a: SlotAmount, b: SlotAmount): SlotAmount {
  return { nano_usd: a.nano_usd - b.nano_usd, tokens: a.tokens - b.tokens }
}

export function isSame(a: SlotAmount, b: SlotAmount | undefined): boolean {
  return a.nano_usd === b?.nano_usd && a.tokens === b.tokens
}

/** A unit without a limit always fits. */
export function fits(amount: SlotAmount, within: SlotAmount, cap: SlotAmount): boolean {
  return units.every((unit) => cap[unit] === Infinity || amount[unit] <= within[unit])
}

/**
 * How much a worker takes at once: a quarter of what each would have if it were dealt out now, so that the last of it is
 * dealt finely, and at least what its next request may cost.
 */
export function chunk(left: SlotAmount, needed: SlotAmount, workers: number, cap: SlotAmount): SlotAmount {
  const of = (unit: (typeof units)[number]): number =>
    cap[unit] === Infinity
      ? needed[unit]
      : Math.max(needed[unit], Math.floor(left[unit] / (4 * Math.max(1, workers))))
  return { nano_usd: of('nano_usd'), tokens: of('tokens') }
}

/** What all workers together have spent or set aside, with what was spent before them. */
export function sumOf({ spent, holdings }: BudgetAccount): SlotAmount {
  return plus(spent ?? nothing, sumOfHoldings([...holdings.values()]))
}

export function sumOfHoldings(holdings: readonly Holding[]): SlotAmount {
  return holdings.reduce((sum, { amount }) => plus(sum, amount), nothing)
}
