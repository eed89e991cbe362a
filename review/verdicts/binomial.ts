/**
 * The chance of at most `successes` in `trials` independent tries.
 *
 * @param chance of each, from 0 to 1
 */
export function atMost(successes: number, trials: number, chance: number): number {
  if (successes >= trials || chance <= 0) return 1
  if (chance >= 1) return 0
  // In logarithms: the terms of a large sample are too small for doubles.
  let term = trials * Math.log1p(-chance)
  let sum = Math.exp(term)
  for (let k = 0; k < successes; k++) {
    term += Math.log((trials - k) / (k + 1)) + Math.log(chance) - Math.log1p(-chance)
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}

/**
 * The exact one-sided upper bound of Clopper and Pearson (Biometrika 26, 1934) on a rate.
 *
 * @param confidence such as 0.95
 * @returns the rate at which so few defects would be seen with a chance of 1 − `confidence`
 */
export function upperBound(defects: number, trials: number, confidence: number): number {
  return bisect((rate) => atMost(defects, trials, rate) <= 1 - confidence, defects >= trials)
}

/** The lower bound of the same kind. */
export function lowerBound(defects: number, trials: number, confidence: number): number {
  return defects === 0 ? 0 : 1 - upperBound(trials - defects, trials, confidence)
}

/** The least rate from which on something holds. */
function bisect(holds: (rate: number) => boolean, isOne: boolean): number {
  if (isOne) return 1
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (holds(middle)) high = middle
    else low = middle
  }
  return high
}
