import { z } from 'zod'
import { type Arm, Effort, Mode, Sampling } from '../schemas/arm.ts'
import { UsageError } from '../schemas/errors.ts'
import { ReasoningPlace } from '../schemas/probe.ts'
import { findTeacher, teachers } from './registry.ts'
import { modesOf, type Teacher } from './teacher.ts'

/** Fields that the pipeline fills itself; a recipe that set them would break sampling or pairing. */
const reservedFields = ['model', 'messages', 'stream', 'stream_options', 'seed', 'n', 'max_tokens'] as const

/** An arm as a recipe states it. Everything that is left out comes from the teacher's family. */
export const RecipeArm = z.strictObject({
  /** `ift`, `reasoning` or a teacher label; names the dataset configuration of the arm. */
  role: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
    .describe('ift, reasoning or a teacher label; names the dataset configuration of the arm'),
  teacher: z.string().describe('model family: how thinking is switched, sampling by default, tag behaviour'),
  model: z.string().min(1).describe('model id that the endpoint knows'),
  revision: z
    .string()
    .optional()
    .describe('revision of the weights, for the record; another revision is another arm'),
  endpoint: z.string().describe('a name from endpoints'),
  /** Left out: `non_thinking` for the role `ift`, otherwise thinking where the teacher can. */
  mode: Mode.optional().describe(
    'left out: non_thinking for the role ift, otherwise thinking where the teacher can',
  ),
  effort: Effort.optional().describe('reasoning effort, for teachers that have it'),
  samples: z.int().positive().optional().describe('samples of each problem; left out: 1'),
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
    model: recipe.model,
    revision: recipe.revision ?? '',
    mode,
    effort: resolveEffort(name, recipe, teacher, mode),
    sampling: resolveSampling(name, recipe, teacher, mode),
    samples: recipe.samples ?? 1,
    system: recipe.system ?? '',
    endpoint: recipe.endpoint,
    extra_body: recipe.extra_body ?? {},
  }
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

function resolveSampling(name: string, recipe: RecipeArm, teacher: Teacher, mode: Mode): Sampling {
  const recommended = teacher.sampling[mode]
  if (recommended === undefined) {
    const able = teachers.filter((each) => each.sampling[mode] !== undefined).map((each) => each.name)
    throw new UsageError(
      `arm ${name}: ${teacher.label} has no ${mode} mode, only ${modesOf(teacher).join(', ')}: set another mode, or a teacher that has it (${able.join(', ')})`,
    )
  }
  const stated = Object.entries(recipe.sampling ?? {}).filter(([, value]) => value !== undefined)
  return Sampling.parse({
    ...recommended,
    ...Object.fromEntries(stated),
    max_tokens: recipe.max_tokens ?? recommended.max_tokens,
  })
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
