import type { Arm } from '../../../../schemas/arm.ts'
import { type Probe, type ReadingRules, ReasoningPlace } from '../../../../schemas/probe.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
import { readProbe } from './stored-probes.ts'

/** Fills in how the responses of each arm are read, from the recipe and from the probes that the run holds. */
export async function loadReadingRules(context: RunContext): Promise<void> {
  const { recipe, runFolder, arms } = context
  context.readingRules = {}
  for (const arm of arms) {
    const rules = readingRulesOf(recipe, arm, await readProbe(runFolder, arm, recipe))
    if (rules) context.readingRules[arm.name] = rules
  }
}

/** How an arm's responses are read; `undefined` where nobody has said and nothing was found out. */
export function readingRulesOf(
  recipe: Pick<Recipe, 'generate' | 'arms'>,
  arm: Arm,
  probe: Probe | undefined,
): ReadingRules | undefined {
  const { when, accept } = recipe.generate.probe
  const stated = recipe.arms[arm.name]?.reasoning_in
  const probed = when === 'never' ? null : (probe?.contract ?? null)
  if (stated === undefined && probed === null) return undefined
  const answer_in_reasoning = accept.includes('answer_in_reasoning') || (probed?.answer_in_reasoning ?? false)
  if (stated !== undefined) return { reasoning_in: stated, answer_in_reasoning }
  const mayReason = arm.mode === 'non_thinking' && accept.includes('off_not_obeyed')
  return { reasoning_in: mayReason ? [...ReasoningPlace.options] : probed!.reasoning_in, answer_in_reasoning }
}
