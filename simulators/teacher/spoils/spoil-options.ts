import { z } from 'zod'
import { Mode } from '../../../schemas/arm.ts'

const Rate = z.number().min(0).max(1)

/** How often each spoil happens, as a probability for one reply. The defaults are those of a decent teacher. */
export const SpoilRates = z.strictObject({
  /** For a problem of medium difficulty; see `difficulty_factors`. */
  wrong_answer: Rate.default(0.15),
  missing_box: Rate.default(0.02),
  overlong: Rate.default(0.02),
  language_mix: Rate.default(0.01),
  refusal: Rate.default(0.003),
  loop: Rate.default(0.01),
  empty_content: Rate.default(0.005),
  unclosed_think: Rate.default(0.005),
  two_think_blocks: Rate.default(0.003),
  empty_think: Rate.default(0.005),
  tags_in_answer: Rate.default(0.005),
  chinese_answer: Rate.default(0),
  identity_leak: Rate.default(0),
  reference_leak: Rate.default(0),
})
export type SpoilRates = z.infer<typeof SpoilRates>

/** The simulator options that decide how often each spoil happens. */
export const SpoilOptions = z.strictObject({
  rates: SpoilRates.prefault({}),
  /** Other rates for some models (part of the id, any case) or one mode; later entries win. */
  overrides: z
    .array(
      z.strictObject({
        model: z.string().default(''),
        mode: Mode.nullable().default(null),
        rates: z.partialRecord(SpoilRates.keyof(), Rate),
      }),
    )
    .default([]),
  /** Multiplies every spoil rate; 0 gives a teacher that is always right and well-formed. */
  spoil_scale: z.number().nonnegative().default(1),
  /** Multiplies the rate of wrong answers by the difficulty of the problem. */
  difficulty_factors: z
    .strictObject({
      easy: z.number().nonnegative().default(0.4),
      medium: z.number().nonnegative().default(1),
      hard: z.number().nonnegative().default(2.2),
    })
    .prefault({}),
})
export type SpoilOptions = z.infer<typeof SpoilOptions>
