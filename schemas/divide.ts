/**
 * Divides a number by weights, by the method of Sainte-Laguë: nobody's part gets smaller when the number grows, which
 * rounding to the largest remainders cannot promise. Equal claims go by name, so the order of the weights does not matter.
 */
export function divide(number: number, weights: ReadonlyMap<string, number>): Map<string, number> {
  const entries = [...weights].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  // No part of the result is smaller than this: the steps from here to it are few, however large the number is.
  const parts = entries.map(([name, weight]) => ({
    name,
    weight,
    part: Math.max(0, Math.floor((number * weight) / total) - entries.length),
  }))
  let left = number - parts.reduce((sum, { part }) => sum + part, 0)
  for (; left > 0 && parts.length > 0; left--) {
    const next = parts.reduce((best, each) => (claim(each) > claim(best) ? each : best))
    next.part += 1
  }
  return new Map(parts.map(({ name, part }) => [name, part]))
}

function claim({ weight, part }: { weight: number; part: number }): number {
  return weight / (2 * part + 1)
}
