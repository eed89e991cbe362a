import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { isObject } from '../../schemas/is-object.ts'

export type RecipeTree = Record<string, unknown>

/** A small recipe for a teacher at `baseUrl`; members of `changes` replace its own. */
export function smallRecipe(baseUrl: string, changes: RecipeTree = {}): RecipeTree {
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', samples: 2 }
  return {
    name: 'small',
    problems: { builtin: { count: 48, seed: 1 }, per_shard: 16 },
    endpoints: { teacher: { base_url: baseUrl, dialect: 'vllm', max_in_flight: 16 } },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
    },
    // The built-in problems are generated, so that no benchmark can hold them.
    push: { accept: ['contamination'] },
    ...changes,
  }
}

/**
 * Writes a recipe into a folder and returns its path. Cards have plots only where the recipe asks for them: drawing them
 * is a fifth of what a small run costs, and the quickstart's recipe and the tests of the card have them.
 */
export async function writeRecipe(folder: string, recipe: RecipeTree, name = 'recipe.yaml'): Promise<string> {
  const path = join(folder, name)
  const { write = {} } = recipe
  const quick = isObject(write) ? { write: { plots: false, ...write } } : {}
  await writeFile(path, stringify({ ...recipe, ...quick }))
  return path
}
