import { z } from 'zod'
import { StatedArea, StatedFormat } from '../../schemas/problem-kind.ts'
import { Judge } from './judge-section.ts'

/** How the recipe finds out what each problem is about and in what form it wants its answer. */
export const ClassifySection = z.strictObject({
  domains: z
    .record(z.string(), StatedArea)
    .optional()
    .describe(
      'area of each value of the column `domain`: `{algebra: math, physics: science}`; wins over everything else',
    ),
  sources: z
    .record(z.string(), StatedArea)
    .optional()
    .describe('area of all problems of a source, where their `domain` is not in `domains`'),
  formats: z
    .record(z.string(), StatedFormat)
    .optional()
    .describe('form of the answers to all problems of a source without a column of options'),
  rules: z
    .boolean()
    .default(true)
    .describe(
      'whether rules say `math`, `code` and the format where they are sure; they never say `general` or `science`, of which they find half',
    ),
  judge: Judge.optional().describe(
    'a teacher that is asked about each problem of which area or format is not known by then; journalled, never asked twice; with `select` only about problems that are asked, unless `select.by` needs all of them',
  ),
})
export type ClassifySection = z.infer<typeof ClassifySection>
