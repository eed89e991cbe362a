import { z } from 'zod'
import {
  AdaptiveSampling,
  type Arm,
  ArmImport,
  Effort,
  Mode,
  Sampling,
  Switch,
  type Truncation,
} from '../schemas/arm.ts'
import { UsageError } from '../schemas/errors.ts'
import { ReasoningPlace } from '../schemas/probe.ts'
import { findTeacher, teachers } from './registry.ts'
import { maxTokensByMode, modesOf, type Teacher } from './teacher.ts'

/** Fields that the pipeline fills itself; a recipe that set them would break sampling or pairing. */
const reservedFields = ['model', 'messages', 'stream', 'stream_options', 'seed', 'n', 'max_tokens'] as const

const Column = z.string().min(1)

/** Traces that exist already, instead of an endpoint that is asked. */
export const ImportSection = z.strictObject({
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('paths or glob patterns of JSONL, CSV or Parquet files, relative to the working folder'),
  hub: z
    .string()
    .regex(
      /^[\w.-]+\/[\w.-]+$/,
      'an organisation or user and a name, such as open-thoughts/OpenThoughts-114k',
    )
    .optional()
    .describe('dataset of the Hugging Face Hub, in place of files'),
  config: z.string().optional().describe("of hub: the configuration; left out: the card's default"),
  split: z.string().optional().describe('of hub: left out: train'),
  revision: z
    .string()
    .optional()
    .describe('of hub: branch, tag or commit, pinned at the first start; left out: main'),
  format: ArmImport.shape.format.default('auto').describe('auto goes by the extension of each file'),
  field: Column.optional().describe(
    'column of the response or of the list of responses; left out: looked for (raw text, messages, reasoning and answer, generations)',
  ),
  match: ArmImport.shape.match
    .default('auto')
    .describe(
      'what says which problem a row answers: its id, its prompt, or auto: the id where the row has a pair_id or `id` names a column, else the prompt',
    ),
  id: Column.optional().describe("column of the problem's id in its source, or of its pair_id"),
  prompt: Column.optional().describe('column of the prompt; left out: looked for'),
})

const unknownSampling: Sampling = {
  temperature: null,
  top_p: null,
  top_k: null,
  min_p: null,
  presence_penalty: null,
  max_tokens: null,
}

/** How many samples a problem gets where that depends on its answers. */
const AdaptiveSamples = z.strictObject({
  min: AdaptiveSampling.shape.min
    .default(1)
    .describe('samples that every problem gets; pass rates are counted over these alone'),
  max: AdaptiveSampling.shape.max.describe('most samples of a problem'),
  correct: AdaptiveSampling.shape.correct
    .default(1)
    .describe(
      'a problem with this many right and complete answers gets no further samples; right by the verifier of its task, a judge is not asked',
    ),
  step: AdaptiveSampling.shape.step.default(1).describe('samples asked for together beyond the first min'),
  give_up: z
    .strictObject({
      after: z.int().positive().describe('samples after which a problem can be given up'),
      correct: z
        .int()
        .nonnegative()
        .default(0)
        .describe('it is given up when no more than this many of its answers are right'),
    })
    .optional()
    .describe('when a problem is given up before max; left out: never'),
})

/** What is done about answers that the token limit cut off. */
const TruncatedSection = z.strictObject({
  policy: z
    .enum(['keep', 'raise', 'continue'])
    .describe(
      'keep the cut answer; raise: ask again with a higher limit; continue: send the text back to be continued (vllm, sglang, llamacpp)',
    ),
  max_tokens: z
    .union([z.int().positive(), z.array(z.int().positive()).min(1)])
    .optional()
    .describe(
      'raise: the limit of each further request, ascending; continue: the total of all requests; left out: twice the max_tokens of the arm',
    ),
  rounds: z.int().positive().optional().describe('continue: most continuations of an answer; left out: 2'),
})
type TruncatedSection = z.infer<typeof TruncatedSection>

/** An arm as a recipe states it. Everything that is left out comes from the teacher's family. */
export const RecipeArm = z.strictObject({
  /** `ift`, `reasoning` or a teacher label; names the dataset configuration of the arm. */
  role: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
    .describe('ift, reasoning or a teacher label; names the dataset configuration of the arm'),
  teacher: z.string().describe('model family: how thinking is switched, sampling by default, tag behaviour'),
  /** One id, or one for each mode: twins such as Qwen3-2507 are two models. */
  model: z
    .union([
      z.string().min(1),
      z.strictObject({
        thinking: z.string().min(1).describe('model id for arms that think'),
        non_thinking: z.string().min(1).describe('model id for arms that do not'),
      }),
    ])
    .describe('model id that the endpoint knows, or one for each mode where they are two models'),
  revision: z
    .string()
    .optional()
    .describe('revision of the weights, for the record; another revision is another arm'),
  endpoint: z.string().optional().describe('a name from endpoints; every arm has this or import'),
  import: ImportSection.optional().describe('traces of a dataset that exists, instead of an endpoint'),
  /** Left out: `non_thinking` for the role `ift`, otherwise thinking where the teacher can. */
  mode: Mode.optional().describe(
    'left out: non_thinking for the role ift, otherwise thinking where the teacher can',
  ),
  switch: Switch.optional().describe(
    'how the mode is brought about: native, soft (/no_think of Qwen3 in the system message, for servers without a switch), prefilled_empty (the turn is begun with an empty think block, for models that always reason; vLLM and SGLang)',
  ),
  effort: Effort.optional().describe('reasoning effort, for teachers that have it'),
  samples: z
    .union([z.int().positive(), AdaptiveSamples])
    .optional()
    .describe('samples of each problem, or how many its answers decide on; left out: 1'),
  truncated: z
    .union([TruncatedSection.shape.policy, TruncatedSection])
    .optional()
    .describe('what is done about answers that max_tokens cut off; left out: keep'),
  sampling: Sampling.omit({ max_tokens: true })
    .partial()
    .optional()
    .describe('members that differ from what the model card recommends; null leaves a parameter out'),
  max_tokens: z
    .int()
    .positive()
    .optional()
    .describe('most tokens to generate, reasoning included; left out: 32,768 with thinking, 8,192 without'),
  system: z.string().optional().describe('system message'),
  /** Further request fields; they win over the teacher's, and `null` takes a field out. */
  extra_body: z
    .record(z.string(), z.unknown())
    .refine((fields) => reservedFields.every((name) => !(name in fields)), {
      error: `must not set ${reservedFields.join(', ')}: those have keys of their own or are set for each sample`,
    })
    .optional()
    .describe('further request fields; they win over the teacher, null takes a field out'),
  /** Read where the server does not tell how many tokens it billed. */
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      "path of the model's tokenizer.json, with which tokens are counted that the server does not tell",
    ),
  /** Takes the place of what a probe finds out; stored responses are read again by it. */
  reasoning_in: z
    .array(ReasoningPlace)
    .optional()
    .describe('where reasoning may stand in responses; left out: where the probe finds it'),
  /** Lets a thinking arm decode greedily, which makes most reasoning models loop. */
  force_greedy: z
    .boolean()
    .optional()
    .describe('lets a thinking arm decode greedily, which makes most reasoning models loop'),
})
export type RecipeArm = z.infer<typeof RecipeArm>

/**
 * The arm with every default of its teacher filled in.
 * @throws UsageError when the teacher is unknown or cannot do what the arm asks for
 */
export function resolveArm(name: string, recipe: RecipeArm): Arm {
  const teacher = findTeacher(recipe.teacher)
  const mode = recipe.mode ?? (recipe.role === 'ift' ? 'non_thinking' : modesOf(teacher)[0]!)
  const arm: Arm = {
    name,
    role: recipe.role,
    teacher: teacher.name,
    model: resolveModel(name, recipe, teacher, mode),
    revision: recipe.revision ?? '',
    mode,
    switch: resolveSwitch(name, recipe, teacher, mode),
    effort: resolveEffort(name, recipe, teacher, mode),
    sampling: resolveSampling(name, recipe, teacher, mode),
    ...resolveSamples(name, recipe.samples ?? 1),
    truncated: { policy: 'keep' },
    system: recipe.system ?? '',
    endpoint: recipe.endpoint ?? '',
    import: resolveImport(name, recipe.import),
    extra_body: recipe.extra_body ?? {},
    tokenizer: recipe.tokenizer ?? '',
  }
  if ((recipe.endpoint === undefined) === (recipe.import === undefined))
    throw new UsageError(
      `arm ${name}: an arm has an endpoint that is asked, or import for traces that exist: state one of them`,
    )
  if (arm.import && (arm.adaptive || recipe.truncated !== undefined))
    throw new UsageError(
      `arm ${name}: imported traces are as they are: state samples as a number, and remove truncated`,
    )
  arm.truncated = resolveTruncation(name, recipe.truncated ?? 'keep', firstLimit(arm))
  if (arm.system !== '' && teacher.systemRefused !== '') {
    throw new UsageError(
      `arm ${name}: ${teacher.label} takes no system message (${teacher.systemRefused}): remove system, or put its text into the prompt`,
    )
  }
  if (mode === 'thinking' && isGreedy(arm.sampling) && recipe.force_greedy !== true) {
    throw new UsageError(
      `arm ${name}: greedy decoding (temperature 0 or top_k 1) makes reasoning loop: use the teacher's sampling, or set force_greedy: true`,
    )
  }
  return arm
}

function resolveImport(name: string, section: RecipeArm['import']): ArmImport | null {
  if (section === undefined) return null
  const { files, hub, format, field = '', match, id = '', prompt = '' } = section
  if ((files === undefined) === (hub === undefined))
    throw new UsageError(`arm ${name}: import takes files or hub: state one of them`)
  const { config = '', split = 'train', revision = 'main' } = section
  const dataset = hub === undefined ? null : { repo: hub, config, split, revision }
  return { files: [files ?? []].flat(), hub: dataset, format, field, match, id, prompt }
}

function resolveModel(name: string, { model }: RecipeArm, teacher: Teacher, mode: Mode): string {
  if (typeof model !== 'string') return model[mode]
  if (teacher.thinkingSwitch.kind !== 'model') return model
  throw new UsageError(
    `arm ${name}: ${teacher.label} is a model for each mode: state both, as model: {thinking: …, non_thinking: …}`,
  )
}

function resolveSwitch(name: string, recipe: RecipeArm, teacher: Teacher, mode: Mode): Switch {
  const how = recipe.switch ?? 'native'
  const { thinkingSwitch } = teacher
  if (how === 'soft' && (thinkingSwitch.kind !== 'template_flag' || thinkingSwitch.soft === undefined)) {
    throw new UsageError(`arm ${name}: ${teacher.label} obeys no words in the system message: remove switch`)
  }
  if (how === 'prefilled_empty' && mode === 'thinking') {
    throw new UsageError(
      `arm ${name}: switch prefilled_empty takes the reasoning away, and this arm has mode thinking: set mode non_thinking, or remove switch`,
    )
  }
  if (how === 'prefilled_empty' && teacher.thinkOpenedBy === undefined) {
    throw new UsageError(
      `arm ${name}: switch prefilled_empty is for models that always reason inside <think>, which ${teacher.label} does not: remove switch`,
    )
  }
  return how
}

function resolveSampling(name: string, recipe: RecipeArm, teacher: Teacher, mode: Mode): Sampling {
  const recommended = teacher.sampling[mode] ?? withoutReasoning(recipe, teacher)
  if (recommended === undefined) {
    throw new UsageError(
      `arm ${name}: ${teacher.label} has no ${mode} mode, only ${modesOf(teacher).join(', ')}: ${waysTo(mode, teacher)}`,
    )
  }
  const stated = Object.entries(recipe.sampling ?? {}).filter(([, value]) => value !== undefined)
  // What others asked with is not known unless the recipe says it.
  const base: Sampling = recipe.import ? unknownSampling : recommended
  return Sampling.parse({
    ...base,
    ...Object.fromEntries(stated),
    max_tokens: recipe.max_tokens ?? base.max_tokens,
  })
}

/** A model that is kept from reasoning decodes as its authors recommend, with the room of an answer. */
function withoutReasoning(recipe: RecipeArm, { sampling }: Teacher): Sampling | undefined {
  if (recipe.switch !== 'prefilled_empty' || sampling.thinking === undefined) return undefined
  return { ...sampling.thinking, max_tokens: maxTokensByMode.non_thinking }
}

/** What a person can do who wants a mode that the family does not have. */
function waysTo(mode: Mode, { thinkingSwitch, thinkOpenedBy }: Teacher): string {
  const able = teachers.filter((each) => each.sampling[mode] !== undefined).map((each) => each.name)
  const ways = [`a teacher that has it (${able.join(', ')})`]
  if (mode === 'non_thinking' && thinkOpenedBy !== undefined)
    ways.unshift(
      'switch: prefilled_empty (its turn is begun with an empty think block; dialects vllm and sglang)',
    )
  if (mode === 'non_thinking' && thinkingSwitch.kind === 'effort')
    ways.unshift('mode thinking with effort low, which is its floor')
  return `set another mode, or ${ways.join(', or ')}`
}

function resolveEffort(name: string, recipe: RecipeArm, teacher: Teacher, mode: Mode): Effort | null {
  if (recipe.effort === undefined) return mode === 'thinking' ? teacher.defaultEffort : null
  if (mode === 'non_thinking') {
    throw new UsageError(
      `arm ${name}: effort ${recipe.effort} needs mode thinking, this arm does not reason: remove effort`,
    )
  }
  if (!teacher.efforts.includes(recipe.effort)) {
    throw new UsageError(
      `arm ${name}: ${teacher.label} has no effort ${recipe.effort}: ${teacher.efforts.length === 0 ? 'remove effort' : `choose ${teacher.efforts.join(', ')}`}`,
    )
  }
  return recipe.effort
}

function isGreedy(sampling: Sampling): boolean {
  return sampling.temperature === 0 || sampling.top_k === 1
}

function resolveSamples(
  name: string,
  stated: NonNullable<RecipeArm['samples']>,
): Pick<Arm, 'samples' | 'adaptive'> {
  if (typeof stated === 'number') return { samples: stated, adaptive: null }
  const { min, max, correct, step, give_up } = stated
  const wrong =
    max <= min
      ? `max ${max} must be more than min ${min}, or write the number alone`
      : correct > max
        ? `correct ${correct} cannot be reached with max ${max}`
        : give_up && (give_up.after < min || give_up.after >= max)
          ? `give_up.after ${give_up.after} must lie from min ${min} to below max ${max}`
          : give_up && give_up.correct >= correct
            ? `give_up.correct ${give_up.correct} must be less than correct ${correct}`
            : undefined
  if (wrong !== undefined) throw new UsageError(`arm ${name}: samples: ${wrong}`)
  return { samples: max, adaptive: { min, max, correct, step, give_up: give_up ?? null } }
}

/** The token limit as it is sent: some models know it by another name, which the recipe states. */
function firstLimit({ sampling, extra_body }: Arm): number {
  const stated = extra_body['max_completion_tokens']
  return typeof stated === 'number' ? stated : (sampling.max_tokens ?? 0)
}

function resolveTruncation(
  name: string,
  stated: NonNullable<RecipeArm['truncated']>,
  first: number,
): Truncation {
  const { policy, max_tokens, rounds }: TruncatedSection =
    typeof stated === 'string' ? { policy: stated } : stated
  const refuse = (why: string): UsageError => new UsageError(`arm ${name}: truncated: ${why}`)
  if (rounds !== undefined && policy !== 'continue')
    throw refuse(`rounds belongs to the policy continue, not to ${policy}: remove it`)
  if (policy === 'keep') {
    if (max_tokens !== undefined)
      throw refuse('max_tokens belongs to the policies raise and continue: choose one, or remove it')
    return { policy }
  }
  const limits =
    max_tokens === undefined ? [2 * first] : Array.isArray(max_tokens) ? max_tokens : [max_tokens]
  if (limits.some((limit, index) => limit <= (limits[index - 1] ?? first)))
    throw refuse(`max_tokens ${limits.join(', ')} must go up from the ${first} of the first request`)
  if (policy === 'raise') return { policy, max_tokens: limits }
  const [total] = limits
  if (total === undefined || limits.length > 1)
    throw refuse('the policy continue takes one max_tokens, the total of all requests')
  return { policy, max_tokens: total, rounds: rounds ?? 2 }
}
