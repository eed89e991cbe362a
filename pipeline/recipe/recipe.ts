import { z } from 'zod'
import { allFilters } from '../../filters/registry.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { ChosenConfiguration } from '../../output/exports/registry.ts'
import { ParquetChunks, ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { Target } from '../../output/render/target.ts'
import { allowedDefects, neededPairs, type GateWish } from '../../review/verdicts/gate.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { ProblemsSection } from '../../problems/problems-section.ts'
import { allVerifiers, defaultInstructions, taskNames } from '../../verifiers/all-verifiers.ts'
import { ClassifySection } from './classify-section.ts'
import { JudgeSection } from './judge-section.ts'
import { ProbeSection } from './probe-section.ts'
import { acceptableChecks } from './publication-checks.ts'
import { SelectSection } from './select-section.ts'

const Name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/,
    'lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit',
  )
  .max(80, 'at most 80 letters, because it names folders and files')

/** Bytes as a number or as text such as `256MB` (powers of 1,000) or `256MiB` (powers of 1,024). */
const ByteSize = z
  .union([
    z.int().positive(),
    z
      .string()
      .regex(
        /^\d+(\.\d+)?\s*(B|kB|MB|GB|KiB|MiB|GiB)$/,
        'expected a number of bytes or a size such as 256MB',
      ),
  ])
  .transform(toBytes)

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

const MajoritySection = z.strictObject({
  min_share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe("least share of a problem's answers that must say the same"),
  min_votes: z.int().min(1).default(4).describe('least number of them'),
  repair_gold: z
    .boolean()
    .default(false)
    .describe('whether such a majority also replaces a reference that it makes suspect'),
})

const VerifySection = z.strictObject({
  workers: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('verification threads; by default one less than the processors'),
  timeout_ms: z
    .int()
    .min(50)
    .default(5000)
    .describe('an answer that takes longer to check is killed and gets the verdict `timeout`'),
  judge: JudgeSection.optional().describe('a model that is asked where the rules say no'),
  majority: z
    .union([z.boolean(), MajoritySection])
    .default(false)
    .transform((stated) => (stated === true ? MajoritySection.parse({}) : stated))
    .describe('whether the majority of the answers stands in for a missing reference'),
  ...Object.fromEntries(allVerifiers.map((verifier) => [verifier.name, withDefaults(verifier.options)])),
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

const WriteSection = z.strictObject({
  configs: z
    .array(ChosenConfiguration)
    .min(1)
    .optional()
    .describe(
      'dataset configurations: names, or exports with options (`{export: mix, ratio: 0.25}`); by default `pairs` and one for each role',
    ),
  shard_bytes: ByteSize.default(256_000_000).describe(
    'uncompressed text in one dataset shard at most; it ends at 0.6 of it or later',
  ),
  parquet: z
    .strictObject({
      writer: ParquetLibrary.default('hyparquet-writer').describe(
        'library that writes the shards: parquetjs-lite writes the same values without dictionaries, page index and bloom filters',
      ),
      chunks: ParquetChunks.optional().describe(
        'where pages and row groups end: `content` (default) lets a later upload send little but what changed, `plain` ends them by size, as parquetjs-lite always does',
      ),
    })
    .refine(({ writer, chunks }) => writer !== 'parquetjs-lite' || chunks !== 'content', {
      path: ['chunks'],
      error: 'parquetjs-lite cannot cut pages by content; leave `chunks` out or choose hyparquet-writer',
    })
    .optional()
    .describe('how the shards are written'),
  measures: z
    .union([z.literal(true), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'what filters measured, as a column `measures` of every configuration: names of measures, or true for all of the filters that are on',
    ),
  prompt_script: z
    .boolean()
    .optional()
    .describe(
      'whether every configuration has the columns `prompt_script` and `prompt_script_share`: the writing system of most letters of the prompt',
    ),
  contamination: z
    .boolean()
    .optional()
    .describe(
      'whether every configuration has a column `contaminated_NAME` for each benchmark of `filter.contamination`, and one with the items that were met',
    ),
  plots: z
    .boolean()
    .default(true)
    .describe('whether the dataset card has plots; what draws them does not run on every platform'),
  title: z.string().optional().describe('heading of the dataset card'),
  license: z
    .string()
    .optional()
    .describe('licence of the dataset; by default the licence that all problems share, else `other`'),
  terms: z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe(
      'for the card: under which terms the answers of an arm may be used, by arm, such as those of the provider that served it, with their date',
    ),
  not_secrets: z
    .array(
      z
        .string()
        .regex(/^[0-9a-f]{12}$/, 'a mark of 12 digits, as the message that refuses a dataset shows it'),
    )
    .optional()
    .describe('texts that have the form of a key and are none, by the mark that `write` or `push` shows'),
  targets: z
    .array(Target)
    .min(1)
    .optional()
    .describe(
      'models that are trained on it, of the Hub (`org/name@revision`) or folders: their chat templates must take every row as it is meant',
    ),
  language: z
    .array(z.string())
    .optional()
    .describe('codes of its languages for the dataset card, such as en; unset: the card states none'),
})

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

/** A section that may be left out whole: its own defaults are what an empty one gives. */
function withDefaults<Schema extends z.ZodType>(schema: Schema): z.ZodPrefault<Schema> {
  return schema.prefault({} as never)
}

function toBytes(size: number | string): number {
  if (typeof size === 'number') return size
  const [, number, unit] = /^([\d.]+)\s*(\w+)$/.exec(size) ?? []
  const factors: Record<string, number> = {
    B: 1,
    kB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
  }
  return Math.round(Number(number) * factors[unit ?? '']!)
}
