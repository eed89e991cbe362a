import { divide } from '../../../schemas/divide.ts'

/** What is known of the pairs of a stratum. */
export type Supply = {
  /** Problems of it in the set. */
  problems: number
  /** Those that were asked to the end. */
  asked: number
  /** Those of them that became pairs. */
  accepted: number
}

/**
 * How many pairs are wanted of each stratum.
 *
 * @param weights of the strata that are wanted; unset: all strata there are, the same of each
 * @param overflow whether others take over what a stratum cannot give, all of whose problems were asked
 */
export function quotasOf(
  {
    pairs,
    quotas,
    overflow,
  }: { pairs: number; quotas?: Record<string, number> | undefined; overflow: boolean },
  strata: ReadonlyMap<string, Supply>,
): Map<string, number> {
  const weights = new Map(
    quotas ? Object.entries(quotas) : [...strata.keys()].map((name) => [name, 1] as const),
  )
  const wanted = new Map<string, number>()
  for (let left = pairs; ;) {
    const divided = divide(left, weights)
    const short = [...divided].filter(([name, part]) => overflow && canGive(strata.get(name)) < part)
    if (short.length === 0 || short.length === weights.size) {
      for (const [name, part] of divided) wanted.set(name, part)
      return wanted
    }
    for (const [name] of short) {
      const most = canGive(strata.get(name))
      wanted.set(name, most)
      weights.delete(name)
      left -= most
    }
  }
}

/** The most pairs that a stratum can still have in the end. */
function canGive(supply: Supply | undefined): number {
  if (!supply) return 0
  return supply.asked < supply.problems ? Infinity : supply.accepted
}
