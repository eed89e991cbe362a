import { z } from 'zod'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { JudgePolicy } from '../../verifiers/judge/combine-verdicts.ts'

/** One judge as a recipe states it: an arm that has no dataset. */
export const Judge = RecipeArm.omit({
  role: true,
  samples: true,
  truncated: true,
  force_greedy: true,
  reasoning_in: true,
  import: true,
})
export type Judge = z.infer<typeof Judge>

/**
 * A teacher as judge of final answers. Without a `mode` it does not reason if it can; without `sampling` it then decodes
 * at temperature 0, and as its authors recommend where it reasons, because greedy reasoning loops.
 */
export const JudgeSection = Judge.extend({
  mode: Judge.shape.mode.describe('left out: without reasoning where the teacher can'),
  sampling: Judge.shape.sampling.describe(
    'left out: temperature 0 without reasoning, as the model card recommends with it',
  ),
  max_tokens: Judge.shape.max_tokens.describe(
    'most tokens of a reply, reasoning included; left out: 1,024 without reasoning',
  ),
  when: z
    .enum(['rule_negative', 'undecided', 'all'])
    .default('rule_negative')
    .describe('which answers it is asked about, by the verdict of the rules'),
  policy: JudgePolicy.default('union').describe(
    'whose word counts: right when either says so, only the rules, the judge where asked, or only both',
  ),
  jury: z
    .array(Judge.partial())
    .length(2)
    .optional()
    .describe('two further judges, each with what differs from the first; the majority of the three decides'),
}).refine((judge) => judge.policy !== 'intersection' || judge.when === 'all', {
  message: 'the policy `intersection` needs `when: all`, or no right answer would have a second voice',
  path: ['policy'],
})
export type JudgeSection = z.infer<typeof JudgeSection>
