import type { Effort } from '../../schemas/arm.ts'
import { type Arm, type ArmImport, type Mode, Sampling, type Switch } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { RecipeArm } from './recipe-arm.ts'
import { families, findFamily } from '../families/registry.ts'
import { resolveTokenizer } from './resolve-tokenizer.ts'
import { resolveSamples, resolveTruncation } from './resolve-samples.ts'
import { maxTokensByMode, modesOf, type Family } from '../families/family.ts'

const unknownSampling: Sampling = {
  temperature: null,
  top_p: null,
  top_k: null,
  min_p: null,
  presence_penalty: null,
  max_tokens: null,
}

/**
 * The arm with every default of its teacher filled in.
 * @throws UsageError when the teacher is unknown or cannot do what the arm asks for
 */
export function resolveArm(name: string, recipe: RecipeArm): Arm {
  const teacher = findFamily(recipe.teacher)
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
    tokenizer: resolveTokenizer(recipe.tokenizer, teacher),
  }
  if ((recipe.endpoint === undefined) === (recipe.import === undefined))
    throw new UsageError(
      `arm ${name}: an arm has an endpoint that is asked, or import for traces that exist: state one of them`,
    )
  if (arm.import && (arm.adaptive || recipe.truncated !== undefined))
    throw new UsageError(
      `arm ${name}: imported traces are as they are: state samples as a number, and remove truncated`,
    )
  arm.truncated = resolveTruncation(arm, recipe.truncated ?? 'keep')
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

function resolveModel(name: string, { model }: RecipeArm, teacher: Family, mode: Mode): string {
  if (typeof model !== 'string') return model[mode]
  if (teacher.thinkingSwitch.kind !== 'model') return model
  throw new UsageError(
    `arm ${name}: ${teacher.label} is a model for each mode: state both, as model: {thinking: …, non_thinking: …}`,
  )
}

function resolveSwitch(name: string, recipe: RecipeArm, teacher: Family, mode: Mode): Switch {
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

function resolveSampling(name: string, recipe: RecipeArm, teacher: Family, mode: Mode): Sampling {
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
function withoutReasoning(recipe: RecipeArm, { sampling }: Family): Sampling | undefined {
  if (recipe.switch !== 'prefilled_empty' || sampling.thinking === undefined) return undefined
  return { ...sampling.thinking, max_tokens: maxTokensByMode.non_thinking }
}

/** What a person can do who wants a mode that the family does not have. */
function waysTo(mode: Mode, { thinkingSwitch, thinkOpenedBy }: Family): string {
  const able = families.filter((each) => each.sampling[mode] !== undefined).map((each) => each.name)
  const ways = [`a teacher that has it (${able.join(', ')})`]
  if (mode === 'non_thinking' && thinkOpenedBy !== undefined)
    ways.unshift(
      'switch: prefilled_empty (its turn is begun with an empty think block; dialects vllm and sglang)',
    )
  if (mode === 'non_thinking' && thinkingSwitch.kind === 'effort')
    ways.unshift('mode thinking with effort low, which is its floor')
  return `set another mode, or ${ways.join(', or ')}`
}

function resolveEffort(name: string, recipe: RecipeArm, teacher: Family, mode: Mode): Effort | null {
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
