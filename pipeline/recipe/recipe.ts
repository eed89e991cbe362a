import { z } from 'zod'
import { allFilters } from '../../filters/registry.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { ProblemsSection } from '../../problems/problems-section.ts'
import { defaultInstructions, taskNames } from '../../verifiers/all-verifiers.ts'
import { ClassifySection } from './classify-section.ts'
import { ProbeSection } from './probe-section.ts'
import { PushSection } from './push-section.ts'
import { SelectSection } from './select-section.ts'
import { VerifySection } from './verify-section.ts'
import { withDefaults } from './with-defaults.ts'
import { WriteSection } from './write-section.ts'

const Name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/,
    'lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit',
  )
  .max(80, 'at most 80 letters, because it names folders and files')

const GenerateSection = z.strictObject({
  shards_open: z
    .int()
    .min(1)
    .max(256)
    .default(4)
    .describe('shards asked at the same time, so that the slow end of one does not leave the endpoint idle'),
  probe: z
    .union([z.enum(['auto', 'never']), ProbeSection])
    .default('auto')
    .transform((stated) => (typeof stated === 'string' ? ProbeSection.parse({ when: stated }) : stated))
    .describe('whether endpoints are probed before they are asked'),
})

const FilterSection = z.strictObject(
  Object.fromEntries(
    allFilters
      .filter(({ setBy }) => setBy === undefined)
      .map((filter) => [filter.name, z.union([z.boolean(), filter.options]).prefault(filter.defaultOn)]),
  ),
)

const PairSection = z.strictObject({
  require: z
    .union([z.enum(['all', 'any', 'none']), z.array(z.string()).min(1)])
    .default('all')
    .describe('which arms must have a correct answer for a problem to stay'),
  select: z
    .union([
      z.enum(['shortest', 'longest', 'median', 'first', 'random']),
      z.strictObject({ nearest: z.int().positive() }),
    ])
    .default('shortest')
    .describe(
      'which eligible trace of an arm is taken, by reasoning and answer tokens; correct ones come first; `{nearest: 4000}`: the one whose length is nearest to that',
    ),
})

/** Hard upper bounds on what a run may buy in all its starts. */
const BudgetSection = z
  .strictObject({
    usd: z
      .number()
      .positive()
      .optional()
      .describe('most US dollars; needs the price of every endpoint in use'),
    tokens: z.int().positive().optional().describe('most tokens, prompt and completion together'),
  })
  .refine(({ usd, tokens }) => usd !== undefined || tokens !== undefined, {
    message: 'state `usd`, `tokens` or both',
  })

/** The verifiers are not known where the section is declared, so the task that it names is checked here. */
function checkTask({ defaults: { task } }: ProblemsSection, context: z.RefinementCtx): void {
  if (task === undefined || taskNames.includes(task)) return
  const nearest = nearestName(task, taskNames)
  context.addIssue({
    code: 'custom',
    path: ['defaults', 'task'],
    message: `no task is called ${JSON.stringify(task)}${nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`}; there are ${taskNames.join(', ')}`,
  })
}

/** A run, described. Every default is filled in by parsing, so a parsed recipe says everything that will be done. */
export const Recipe = z.strictObject({
  name: Name.describe('names the run folder and the dataset'),
  description: z.string().default('').describe('one or two sentences for the dataset card'),
  seed: z.int().nonnegative().default(0).describe('of every random choice that the pipeline makes'),
  problems: ProblemsSection.superRefine(checkTask),
  instructions: z
    .partialRecord(z.enum(taskNames), z.string())
    .default({})
    .transform((own): Record<string, string> => Object.assign({ ...defaultInstructions }, own))
    .describe('what is added to each question, by its task, such as `math`; "" adds nothing'),
  endpoints: z.record(Name, Endpoint).default({}),
  arms: z.record(Name, RecipeArm).refine((arms) => Object.keys(arms).length >= 1, 'at least one arm'),
  budget: BudgetSection.optional().describe(
    'where spending stops (exit code 3) to go on when it is raised; arms, judges, probes and batches count, tries that failed too',
  ),
  reuse: z
    .array(z.string())
    .optional()
    .describe('folders of other runs whose paid answers are taken where they answer the same request'),
  classify: ClassifySection.optional().describe(
    'what each problem is about (general, math, code, science) and in what form it wants its answer, as columns and for `select.by`; unset: not looked at',
  ),
  select: SelectSection.optional().describe(
    'a number of pairs that is asked for in waves; unset: every problem is asked',
  ),
  generate: withDefaults(GenerateSection),
  verify: withDefaults(VerifySection),
  filter: withDefaults(FilterSection),
  pair: withDefaults(PairSection),
  write: withDefaults(WriteSection),
  push: withDefaults(PushSection),
})
export type Recipe = z.infer<typeof Recipe>
