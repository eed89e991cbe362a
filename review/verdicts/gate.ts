import { atMost, upperBound } from './binomial.ts'

/** What `push.review` wants of a random sample. */
export type GateWish = {
  /** Pairs that are looked at; decided on before the first of them. */
  sample: number
  /** From 0 to 1. */
  max_defect_rate: number
  /** Confidence of the bound that must not be above it. */
  upper_bound: number
}

/** How far the review of the random sample has come. */
export type GateCount = {
  /** Pairs of the sample that have a verdict which holds. */
  reviewed: number
  /** Those among them that somebody rejected. */
  defects: number
  /** Pairs that the sample was drawn from. */
  population: number
}

export type GateState = {
  state: 'open' | 'closed' | 'not yet'
  /** The bound on the rate of defects as it stands; 1 before anything was seen. */
  bound: number
  sentence: string
}

/** Beyond so many pairs a wish is taken for one that nobody can meet. */
const mostPairs = 100_000

/** The most defects that a sample of this size may have; -1 where none is few enough. */
export function allowedDefects({ sample, max_defect_rate, upper_bound }: GateWish): number {
  let allowed = -1
  while (allowed + 1 < sample && upperBound(allowed + 1, sample, upper_bound) <= max_defect_rate) allowed += 1
  return allowed
}

/** The least sample that passes with so many defects; `undefined` where none does. */
export function neededPairs(
  defects: number,
  { max_defect_rate, upper_bound }: Omit<GateWish, 'sample'>,
): number | undefined {
  const passes = (pairs: number): boolean => upperBound(defects, pairs, upper_bound) <= max_defect_rate
  let high = defects + 1
  while (!passes(high)) {
    high *= 2
    if (high > mostPairs) return undefined
  }
  let low = Math.floor(high / 2)
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2)
    if (passes(middle)) high = middle
    else low = middle
  }
  return high
}

/** The chance that a dataset with this rate of defects passes. */
export function chanceToPass(rate: number, wish: GateWish): number {
  const allowed = allowedDefects(wish)
  return allowed < 0 ? 0 : atMost(allowed, wish.sample, rate)
}

/** What a wish costs and how good a dataset must be for it, in sentences to read before the first pair. */
export function describeGate(wish: GateWish): string[] {
  const allowed = allowedDefects(wish)
  const costs = [0, 1, 2, 3].map((defects) => neededPairs(defects, wish))
  const chances = [0.001, 0.0025, 0.005, 0.01].map(
    (rate) => `${percent(rate)}: ${Math.round(100 * chanceToPass(rate, wish))} %`,
  )
  return [
    `The gate: at most ${percent(wish.max_defect_rate)} defects, with a confidence of ${percent(wish.upper_bound)}, by ${wish.sample} random pairs.`,
    allowed < 0
      ? `It cannot open: even without a defect ${costs[0] ?? 'more than any'} pairs are needed.`
      : `It opens with at most ${allowed} ${allowed === 1 ? 'defect' : 'defects'}. Pairs that such a wish takes: ${costs.map((pairs, defects) => `${pairs ?? 'too many'} with ${defects}`).join(', ')}.`,
    `A dataset passes, by its true rate of defects: ${chances.join(', ')}.`,
    'Only random pairs count. The number is decided on beforehand: to look on until it passes would make the bound untrue.',
  ]
}

/** Whether the dataset may be published, and what is missing. */
export function gateState(wish: GateWish, { reviewed, defects, population }: GateCount): GateState {
  if (population <= wish.sample) return gateOfAll(wish, { reviewed, defects, population })
  const bound = reviewed === 0 ? 1 : upperBound(defects, reviewed, wish.upper_bound)
  const allowed = allowedDefects(wish)
  const seen = `${reviewed} of ${wish.sample} random pairs are reviewed, ${counted(defects)} found`
  if (defects > allowed) {
    const needed = neededPairs(defects, wish)
    return {
      state: 'closed',
      bound,
      sentence: `${seen}; more than ${Math.max(0, allowed)} of ${wish.sample} are more than ${percent(wish.max_defect_rate)} at ${percent(wish.upper_bound)} confidence: improve the dataset, or decide on a larger sample${needed === undefined ? '' : ` (${needed} pairs would do with ${defects})`}`,
    }
  }
  const left = wish.sample - reviewed
  const spare = allowed - defects
  const still = spare === 0 ? 'one more defect closes it' : `${spare} more may be found`
  if (left > 0) return { state: 'not yet', bound, sentence: `${seen}; ${left} more to review, and ${still}` }
  return {
    state: 'open',
    bound,
    sentence: `${seen}; at most ${percent(bound)} at ${percent(wish.upper_bound)} confidence`,
  }
}

/** Where every pair is looked at there is nothing to infer: the rate is the rate. */
function gateOfAll(wish: GateWish, { reviewed, defects, population }: GateCount): GateState {
  const left = population - reviewed
  const bound = population === 0 ? 1 : (defects + left) / population
  const seen = `${reviewed} of all ${population} pairs are reviewed, ${counted(defects)} found`
  if (population === 0) return { state: 'closed', bound, sentence: 'there is no pair to review' }
  const rate = defects / population
  if (rate > wish.max_defect_rate)
    return {
      state: 'closed',
      bound,
      sentence: `${seen}; that is more than ${percent(wish.max_defect_rate)}: improve the dataset`,
    }
  if (left > 0) return { state: 'not yet', bound, sentence: `${seen}; ${left} more to review` }
  return { state: 'open', bound, sentence: `${seen}; that is ${percent(rate)} of the dataset` }
}

function counted(defects: number): string {
  return `${defects} ${defects === 1 ? 'defect is' : 'defects are'}`
}

/** A share as a percentage with no more digits than it needs. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}
