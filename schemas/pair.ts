import { z } from 'zod'
import { SamplingPlan } from './arm.ts'

/** The trace that represents an arm in a pair. */
export const PairMember = z.strictObject({
  arm: z.string(),
  key: z.string(),
  sample_index: z.int().nonnegative(),
  /** Samples of this arm that were kept. */
  kept: z.int().nonnegative(),
  /**
   * The pass rate's two numbers. With an adaptive plan they are counted over the samples that every problem has: the
   * others were asked for because of the answers before them, and counting them would bend the rate.
   */
  sampling_plan: SamplingPlan,
  correct: z.int().nonnegative(),
  checked: z.int().nonnegative(),
})
export type PairMember = z.infer<typeof PairMember>

/** The unit of the dataset: one problem and the selected trace of every arm, or the reason why there is no pair. */
export const Pair = z.strictObject({
  pair_id: z.string(),
  /** Empty for a pair; otherwise why the problem has none. */
  lost: z.string(),
  /** In the order of the recipe's arms; arms without an eligible trace are missing, so a pair has all of them. */
  members: z.array(PairMember),
})
export type Pair = z.infer<typeof Pair>
