/** Work that one verification may still do. Counted in steps, never in time, so that a verdict is the same on every machine. */
export type Budget = { steps: number }

/** Steps of one verification; at most about 30 ms of work on one core when all of them are used. */
export const STEPS_PER_VERIFICATION = 100_000

/** Characters of a final answer that are still read; a longer one is undecided, never compared in part. */
export const MAX_ANSWER_CHARACTERS = 6_000

/** Characters of a text that are searched for the final answer, counted from its end. */
export const MAX_TEXT_CHARACTERS = 200_000

export const MAX_DEPTH = 60
export const MAX_NODES = 4_000

/** Largest numerator or denominator of an exact rational, in bits. */
export const MAX_RATIONAL_BITS = 4_000

/** Thrown inside the engine when the budget is used up; never leaves it. */
export class BudgetExceeded extends Error {}

/** Thrown inside the engine when a text is not an expression; never leaves it. */
export class NotReadable extends Error {}

// One instance each: a stack trace would cost more than the work that is being refused.
const budgetExceeded = new BudgetExceeded('budget exceeded')
const notReadable = new NotReadable('not readable')

export function newBudget(steps: number = STEPS_PER_VERIFICATION): Budget {
  return { steps }
}

export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps
  if (budget.steps < 0) throw budgetExceeded
}

export function fail(): never {
  throw notReadable
}
