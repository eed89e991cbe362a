import { z } from 'zod'

/** Keep or drop, with every reason. One row of the `decisions/` parts. Filters annotate, nothing is deleted. */
export const Decision = z.strictObject({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  keep: z.boolean(),
  /** Every reason code that applies, in the order of the filter registry; the first one is the ledger's. */
  reasons: z.array(z.string()),
})
export type Decision = z.infer<typeof Decision>
