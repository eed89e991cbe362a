import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

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

/** Writes a recipe into a folder and returns its path. */
export async function writeRecipe(folder: string, recipe: RecipeTree, name = 'recipe.yaml'): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, stringify(recipe))
  return path
}
