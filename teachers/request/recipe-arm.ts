import { z } from 'zod'
import { AdaptiveSampling, ArmImport, Effort, Mode, Sampling, Switch } from '../../schemas/arm.ts'
import { ReasoningPlace } from '../../schemas/probe.ts'

/** Fields that the pipeline fills itself; a recipe that set them would break sampling or pairing. */
const reservedFields = ['model', 'messages', 'stream', 'n', 'max_tokens'] as const

/** Fields that are set for each sample and that a recipe can take out, for servers that refuse them. */
const removableFields = ['seed', 'stream_options'] as const

const Column = z.string().min(1)

/** Traces that exist already, instead of an endpoint that is asked. */
const ImportSection = z.strictObject({
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
export type TruncatedSection = z.infer<typeof TruncatedSection>

/** An arm as a recipe states it. Everything that is left out comes from the teacher's family. */
export const RecipeArm = z.strictObject({
  /** `ift`, `reasoning` or a teacher label; names the dataset configuration of the arm. */
  role: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
    .max(80, 'must be at most 80 letters long, because it names folders and files')
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
    .refine((fields) => removableFields.every((name) => (fields[name] ?? null) === null), {
      error: `must not set ${removableFields.join(' or ')}: they are set for each sample, and null takes one out`,
    })
    .optional()
    .describe(
      'further request fields; they win over the teacher, null takes a field out, also seed and stream_options',
    ),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      "the model's tokenizer.json, with which its lengths are counted, and tokens that the server does not tell: a path, hub:ORG/NAME@COMMIT of the Hub, or own for the one that is known of the teacher; left out: lengths are counted with o200k_harmony",
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
