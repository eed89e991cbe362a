import { z } from 'zod'

/** A whole number as YAML 1.2 gives it: `10_000` is a text there. */
const Count = z
  .union([
    z.int().positive(),
    z.string().regex(/^[1-9]\d*(_\d+)*$/, 'expected a whole number such as 10000 or 10_000'),
  ])
  .transform((stated) => (typeof stated === 'number' ? stated : Number(stated.replaceAll('_', ''))))

/** So many pairs, and from where. */
export const SelectSection = z
  .strictObject({
    pairs: Count.describe(
      'pairs of the dataset; `distill` asks in waves until it has them, never for far more',
    ),
    within: z
      .enum(['budget', 'problems'])
      .default('problems')
      .describe(
        'what may end the asking early: the problem set alone, or `budget`, which then must be stated (exit code 3)',
      ),
    by: z
      .enum(['domain', 'difficulty', 'source', 'task', 'area', 'format', 'cell'])
      .optional()
      .describe(
        'what divides the problems into strata, each with a quota of the pairs; `area`, `format` and `cell` (both, such as `math/open_ended`) are what `classify` finds',
      ),
    quotas: z
      .record(z.string(), z.number().positive())
      .refine((quotas) => Object.keys(quotas).length > 0, 'at least one stratum')
      .optional()
      .describe(
        'weight of each stratum, such as `{easy: 40, medium: 35, hard: 25}`; problems of others are not asked; unset: every stratum the same',
      ),
    balance: z
      .enum(['reserve', 'equal'])
      .default('reserve')
      .describe(
        'under a budget: the dearest stratum first while enough is left for the cheaper ones, or the same share of every quota',
      ),
    overflow: z
      .boolean()
      .default(false)
      .describe('whether other strata fill the quota of one whose problems are used up'),
  })
  .refine(({ by, quotas }) => quotas === undefined || by !== undefined, {
    message: '`quotas` needs `by`, which says what they are of',
  })
export type SelectSection = z.infer<typeof SelectSection>
