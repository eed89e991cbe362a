import { z } from 'zod'

/** What counts as the same answer where mathematics alone does not say. */
export const MathOptions = z.strictObject({
  /**
   * `either`: 25% is both 0.25 and 25 (a sign left out on one side). `fraction`: 25% is 0.25 only. `number`: 25% is 25 only.
   */
  percent: z.enum(['either', 'fraction', 'number']).default('either'),
  /**
   * `strict`: a rounded value is another value. `gold`: where the reference is itself a decimal, an answer that rounds to
   * it is right.
   */
  rounding: z.enum(['strict', 'gold']).default('strict'),
  /**
   * `convert`: known units of one kind are converted, a missing unit is forgiven, units of different kinds are undecided.
   * `ignore`: numbers alone are compared. `required`: a unit of the reference must be in the answer.
   */
  units: z.enum(['convert', 'ignore', 'required']).default('convert'),
  /** Whether the items of a list without brackets may stand in any order. Sets never have one, tuples always do. */
  list_order: z.enum(['any', 'kept']).default('any'),
  /** Whether text without an answer mark is read for its last value. */
  prose: z.boolean().default(true),
})
export type MathOptions = z.infer<typeof MathOptions>
