import { z } from 'zod'

/** Keep or drop, with every reason, and the rewards that a trainer may weigh. One row of the `decisions/` parts. Filters annotate, nothing is deleted. */
export const Decision = z.strictObject({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  keep: z.boolean(),
  /** Every reason code that applies, in the order of the filter registry; the first one is the ledger's. */
  reasons: z.array(z.string()),
  /** 1 for a trace in the form that its arm should have, else 0. */
  format_reward: z.int().min(0).max(1),
  /** Share of the reasoning, from 0 to 1, that is in the language of the prompt; `null` where there is none to judge. */
  language_consistency: z.number().min(0).max(1).nullable(),
})
export type Decision = z.infer<typeof Decision>
