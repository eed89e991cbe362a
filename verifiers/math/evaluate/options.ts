import { z } from 'zod'

/** What counts as the same answer where mathematics alone does not say. */
export const MathOptions = z.strictObject({
  decimal: z
    .enum(['point', 'comma'])
    .optional()
    .describe(
      'how references and answers write decimals: point (1,234.5), or comma (1.234,5 and 1{,}5; the values of a list then need a semicolon or a blank between them); unset: point',
    ),
  percent: z
    .enum(['either', 'fraction', 'number'])
    .default('either')
    .describe('25% is both 0.25 and 25, as where one side left the sign out; 0.25 only; or 25 only'),
  rounding: z
    .enum(['strict', 'gold'])
    .default('strict')
    .describe(
      'strict: a rounded value is another value; gold: where the reference is a decimal, an answer that rounds to it is right',
    ),
  units: z
    .enum(['convert', 'ignore', 'required'])
    .default('convert')
    .describe(
      'convert: known units of one kind are converted, a missing one is forgiven, different kinds are undecided; ignore: numbers alone are compared; required: a unit of the reference must be in the answer',
    ),
  list_order: z
    .enum(['any', 'kept'])
    .default('any')
    .describe(
      'whether the values of a list without brackets may stand in any order; those of a set may, those of a tuple may not',
    ),
  prose: z.boolean().default(true).describe('whether a text that marks no answer is read for its last value'),
})
export type MathOptions = z.infer<typeof MathOptions>
