import { z } from 'zod'
import { allowedDefects, neededPairs, type GateWish } from '../../review/verdicts/gate.ts'
import { acceptableChecks } from './publication-checks.ts'

/** A gate that no dataset could pass would only be found out when everybody has read for days. */
function checkReviewGate(
  {
    sample,
    min_reviewed,
    ...wish
  }: { sample?: number | undefined; min_reviewed?: number | undefined } & Omit<GateWish, 'sample'>,
  context: z.RefinementCtx,
): void {
  if (sample === undefined && min_reviewed === undefined)
    context.addIssue({ code: 'custom', message: 'state `sample` (236), or `min_reviewed`' })
  if (sample === undefined || allowedDefects({ ...wish, sample }) >= 0) return
  context.addIssue({
    code: 'custom',
    path: ['sample'],
    message: `${sample} pairs cannot show so low a rate of defects even without any; take ${neededPairs(0, wish) ?? 'a higher max_defect_rate'}, or ${neededPairs(1, wish) ?? 'more'} to allow one defect`,
  })
}

/** Where the dataset is published, and what must be so before. */
export const PushSection = z.strictObject({
  repo: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'an organisation or user and a name, such as my-org/my-dataset')
    .optional()
    .describe('dataset repository on the Hub, unless `--repo` names one'),
  private: z.boolean().default(false).describe('whether `--create` makes a private repository'),
  branch: z.string().default('main').describe('branch that is published to'),
  review: z
    .strictObject({
      sample: z
        .int()
        .min(1)
        .optional()
        .describe('random pairs that people must have looked at, decided on beforehand (236)'),
      max_defect_rate: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.02)
        .describe('with `sample`: the bound on the rate of rejected pairs must not be above it'),
      upper_bound: z
        .number()
        .gt(0.5)
        .lt(1)
        .default(0.95)
        .describe('with `sample`: confidence of that bound (one-sided, Clopper and Pearson)'),
      min_reviewed: z
        .int()
        .min(1)
        .optional()
        .describe('pairs of the dataset that people must have looked at, however they chose them'),
      min_accepted_share: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe('with `min_reviewed`: least share of them that nobody rejected'),
    })
    .superRefine(checkReviewGate)
    .optional()
    .describe('what `reviews/*.jsonl` in the run folder must hold before the dataset may be published'),
  accept: z
    .array(z.enum(acceptableChecks))
    .optional()
    .describe('checks before publishing whose findings are accepted, see `push --dry-run`'),
  reverify: z
    .int()
    .min(1)
    .default(256)
    .describe('right answers of the dataset that are verified again before it is published'),
})
export type PushSection = z.infer<typeof PushSection>
