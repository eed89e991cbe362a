import { Recipe } from '../../../pipeline/recipe/recipe.ts'
import { resolveRun } from '../../../pipeline/recipe/resolve-run.ts'
import type { RunContext } from '../../../pipeline/recipe/run-context.ts'
import { problemId } from '../../../schemas/problem.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { writePart } from '../../../store/parts/part.ts'

/** A run of a recipe that nothing is asked for. */
export function contextOf(folder: string): RunContext {
  const recipe = Recipe.parse({
    name: 'made',
    problems: { builtin: { count: 1 } },
    endpoints: { none: { base_url: 'http://127.0.0.1:1/v1' } },
    arms: { ift: { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'none' } },
  })
  return resolveRun(recipe, folder, '/')
}

export function planOf(shards: number): ShardPlan {
  return {
    shards,
    per_shard: 2,
    fingerprint: '',
    golds: '',
    read: 2 * shards,
    lost: {},
    problems: 2 * shards,
  }
}

/** Writes the problems of one shard with these prompts. */
export async function makeShard(folder: string, shard: number, prompts: readonly string[]): Promise<void> {
  await writePart(folder, 'problems', shard, {
    rows: prompts.map((prompt) => ({
      id: problemId({ prompt, choices: [] }),
      prompt,
      answers: [],
      choices: [],
      task: 'none' as const,
      source: '',
      source_id: '',
      license: '',
      domain: '',
      difficulty: '',
    })),
    fingerprint: '',
    counts: () => ({ problems: prompts.length }),
  })
}
