import { z } from 'zod'

/**
 * Keep or drop, with every reason and every measure. One row of the `decisions/` parts. Filters annotate, nothing is
 * deleted.
 */
export const Decision = z.strictObject({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  keep: z.boolean(),
  /** Every reason code that applies, in the order of the filter registry; the first one is the ledger's. */
  reasons: z.array(z.string()),
  /**
   * The numbers that the filters declare, by name, each a column of its own in the part; `null` where there was nothing
   * to measure or the filter does not run.
   */
  measures: z.record(z.string(), z.number().nullable()),
})
export type Decision = z.infer<typeof Decision>

/**
 * A measure of a decision.
 *
 * @throws Error when no filter declares one of this name
 */
export function measureOf(
  { measures, key }: Pick<Decision, 'measures' | 'key'>,
  name: string,
): number | null {
  const value = measures[name]
  if (value === undefined) throw new Error(`the decision on ${key} has no measure ${name}`)
  return value
}
