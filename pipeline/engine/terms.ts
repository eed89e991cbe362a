import { canonicalJson, hashOf } from '../../schemas/canonical.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { RunContext } from '../recipe/run-context.ts'

/**
 * Digests of everything that the parts of a run are made from beside each other, by its name for people: all workers of a run
 * must have them alike.
 */
export function termsOf(context: RunContext, plan: ShardPlan): Record<string, string> {
  return {
    recipe: hashOf(partsOfRecipe(context.recipe)),
    problems: hashOf(plan),
    'imported traces': hashOf(context.imports),
    probes: hashOf(context.readingRules),
    'files of filters': hashOf(digestsOf(context.filterFiles)),
    tokenizers: hashOf(digestsOf(context.tokenizers)),
    'pairs taken out by reviewers': hashOf(context.rejected ?? null),
  }
}

/**
 * The sections in which a recipe differs from that of others who are at work.
 *
 * @param stored as it was read from `run.json`
 */
export function otherSections(recipe: Recipe, stored: unknown): string[] {
  const own: Record<string, unknown> = partsOfRecipe(recipe)
  const others: Record<string, unknown> = partsOfRecipe(stored as Recipe)
  return Object.keys({ ...others, ...own }).filter(
    (name) => canonicalJson(own[name] ?? null) !== canonicalJson(others[name] ?? null),
  )
}

/** Without what each worker may have for itself: where its servers are, how much they take, how many threads it has. */
function partsOfRecipe(recipe: Recipe): Record<string, unknown> {
  const { endpoints, generate, verify, ...rest } = JSON.parse(JSON.stringify(recipe)) as Recipe
  return {
    ...rest,
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, { dialect, price, simulator }]) => [
        name,
        { dialect, price, simulator },
      ]),
    ),
    generate: { ...generate, shards_open: undefined },
    verify: { ...verify, workers: undefined },
  }
}

function digestsOf(files: Readonly<Record<string, { digest: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, { digest }]) => [name, digest]))
}
