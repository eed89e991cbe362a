import { wilson } from '../../../filters/group/rate.ts'
import type { Amount } from '../../engine/budget.ts'

/** What is known of a stratum when the next wave is planned. */
export type StratumState = {
  name: string
  /** Pairs that are wanted of it. */
  quota: number
  problems: number
  /** Problems that were chosen to be asked in all waves so far. */
  chosen: number
  /** Those of them that were asked to the end, and what their answers cost. */
  asked: number
  cost: Amount
  /** Those of them that became pairs. */
  accepted: number
}

/** What the pairs that are missing may cost: as expected, and at the two ends of what the yields so far allow. */
export type Expected = { low: Amount; expected: Amount; high: Amount }

export type WavePlan =
  | { ended: 'enough' | 'used_up' }
  /** How many more problems are asked of each stratum; those that get none are left out. */
  | { ended?: undefined; ask: Map<string, number>; rest: Expected | undefined }

export type PlanOptions = {
  /** Samples that a problem is asked for at first, of all arms. */
  samples: number
  balance: 'reserve' | 'equal'
  /** What is left of the budget, without end where there is no limit. */
  left: Amount
}

/** Samples of each stratum in its first wave, from which its yield is learned. */
const pilotSamples = 40
/** A stratum is asked for no more than so many times what it was asked for before: its yield may prove to be poor. */
const growth = 4
/** So much more than expected is kept back for cheaper strata. */
const margin = 1.1

/**
 * Decides how many problems of each stratum are asked next. A wave is small enough that with the yield at the upper end of
 * its Wilson interval it gives no more pairs than are missing, so that few pairs are bought beyond the wanted number.
 *
 * Under a budget the dearest stratum is asked first, as far as the budget leaves 1.1 times the expected cost of all cheaper
 * ones (`reserve`), or each is cut by the same factor (`equal`). Without the reserve the dearest pairs eat what the others
 * need: in a simulation 139 of 1,000 pairs against 796.
 */
export function planWave(strata: readonly StratumState[], { samples, balance, left }: PlanOptions): WavePlan {
  const unfilled = strata.filter(({ accepted, quota }) => accepted < quota)
  if (unfilled.length === 0) return { ended: 'enough' }
  const open = unfilled.filter(({ chosen, problems }) => chosen < problems)
  if (open.length === 0) return { ended: 'used_up' }
  const pilot = Math.max(1, Math.ceil(pilotSamples / samples))
  const wishes = open.map((stratum) => ({ stratum, wish: wishOf(stratum, pilot) }))
  const costs = costsOf(strata)
  const asked = costs ? withinBudget(wishes, costs, balance, left) : wishes
  const ask = new Map(asked.flatMap(({ stratum, wish }) => (wish > 0 ? [[stratum.name, wish] as const] : [])))
  // Whether a request still fits into the budget is the budget's to say.
  if (ask.size === 0) ask.set(cheapest(open, costs!).name, 1)
  return { ask, rest: costs && expectedRest(open, costs) }
}

type Wish = { stratum: StratumState; wish: number }

function wishOf({ asked, accepted, quota, chosen, problems }: StratumState, pilot: number): number {
  const missing = quota - accepted
  const wanted =
    asked === 0
      ? Math.min(quota, pilot)
      : Math.min(
          Math.ceil(missing / wilson({ correct: accepted, checked: asked }).high),
          Math.max(pilot, growth * asked),
        )
  return Math.min(wanted, problems - chosen)
}

/** The cost of a problem of each stratum, and the share of its problems that become pairs with a prior of one in two. */
type Costs = ReadonlyMap<string, { problem: Amount; asked: number; accepted: number }>

/** `undefined` while nothing was asked. A stratum of which nothing was asked is taken to cost what the others cost. */
function costsOf(strata: readonly StratumState[]): Costs | undefined {
  const known = strata.filter(({ asked }) => asked > 0)
  if (known.length === 0) return undefined
  const all = known.reduce((sum, { asked }) => sum + asked, 0)
  const mean = (unit: keyof Amount): number => known.reduce((sum, { cost }) => sum + cost[unit], 0) / all
  return new Map(
    strata.map(({ name, asked, accepted, cost }) => {
      const of = (unit: keyof Amount): number => (asked > 0 ? cost[unit] / asked : mean(unit))
      return [name, { problem: { nano_usd: of('nano_usd'), tokens: of('tokens') }, asked, accepted }]
    }),
  )
}

function missingOf({ quota, accepted }: StratumState): number {
  return quota - accepted
}

/** What the missing pairs of a stratum are expected to cost. */
function needOf(stratum: StratumState, costs: Costs, unit: keyof Amount): number {
  const { problem, asked, accepted } = costs.get(stratum.name)!
  return missingOf(stratum) * problem[unit] * ((asked + 2) / (accepted + 1))
}

function withinBudget(
  wishes: readonly Wish[],
  costs: Costs,
  balance: PlanOptions['balance'],
  left: Amount,
): Wish[] {
  const needIn = (unit: keyof Amount): number =>
    wishes.reduce((sum, { stratum }) => sum + needOf(stratum, costs, unit), 0)
  const scarce = (['nano_usd', 'tokens'] as const)
    .filter((unit) => Number.isFinite(left[unit]))
    .toSorted((a, b) => needIn(b) * left[a] - needIn(a) * left[b])
  const [unit] = scarce
  if (unit === undefined) return [...wishes]
  if (balance === 'equal') return inStep(wishes, costs, unit, left[unit])
  let rest = left[unit]
  let cheaper = needIn(unit)
  return wishes
    .toSorted((a, b) => pairCost(b.stratum, costs, unit) - pairCost(a.stratum, costs, unit))
    .map(({ stratum, wish }) => {
      cheaper -= needOf(stratum, costs, unit)
      const problem = costs.get(stratum.name)!.problem[unit]
      const most = Math.floor((rest - margin * Math.max(0, cheaper)) / problem)
      const granted = problem === 0 ? wish : Math.max(0, Math.min(wish, most))
      rest -= granted * problem
      return { stratum, wish: granted }
    })
}

/**
 * Every stratum comes as far as the others, as a share of its quota: no further than the budget takes all of them, and in
 * one wave no further than the slowest comes in it.
 */
function inStep(wishes: readonly Wish[], costs: Costs, unit: keyof Amount, left: number): Wish[] {
  const yieldOf = ({ name }: StratumState): number => {
    const { asked, accepted } = costs.get(name)!
    return (accepted + 1) / (asked + 2)
  }
  const problemsTo = (level: number, stratum: StratumState): number =>
    Math.max(0, level * stratum.quota - stratum.accepted) / yieldOf(stratum)
  const costTo = (level: number): number =>
    wishes.reduce(
      (sum, { stratum }) => sum + problemsTo(level, stratum) * costs.get(stratum.name)!.problem[unit],
      0,
    )
  let level = Math.min(
    1,
    ...wishes.map(({ stratum, wish }) => (stratum.accepted + wish * yieldOf(stratum)) / stratum.quota),
  )
  if (costTo(level) > left) {
    let low = 0
    for (let step = 0; step < 40; step++) {
      const middle = (low + level) / 2
      if (costTo(middle) > left) level = middle
      else low = middle
    }
  }
  return wishes.map(({ stratum, wish }) => ({
    stratum,
    wish: Math.min(wish, Math.round(problemsTo(level, stratum))),
  }))
}

function pairCost(stratum: StratumState, costs: Costs, unit: keyof Amount): number {
  return needOf(stratum, costs, unit) / missingOf(stratum)
}

function cheapest(open: readonly StratumState[], costs: Costs): StratumState {
  return open.toSorted((a, b) => pairCost(a, costs, 'tokens') - pairCost(b, costs, 'tokens'))[0]!
}

function expectedRest(open: readonly StratumState[], costs: Costs): Expected {
  const at = (yieldOf: (asked: number, accepted: number) => number): Amount => {
    const sum = (unit: keyof Amount): number =>
      Math.round(
        open.reduce((total, stratum) => {
          const { problem, asked, accepted } = costs.get(stratum.name)!
          return total + (missingOf(stratum) * problem[unit]) / yieldOf(asked, accepted)
        }, 0),
      )
    return { nano_usd: sum('nano_usd'), tokens: sum('tokens') }
  }
  return {
    low: at((asked, accepted) => wilson({ correct: accepted, checked: asked }).high),
    expected: at((asked, accepted) => (accepted + 1) / (asked + 2)),
    // Where no pair was seen yet there is no upper end; one in as many as were asked stands for it.
    high: at((asked, accepted) =>
      Math.max(wilson({ correct: accepted, checked: asked }).low, 1 / (asked + 2)),
    ),
  }
}
