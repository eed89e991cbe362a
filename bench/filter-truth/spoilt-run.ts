import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { measure } from '../distill/measure.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Makes a run whose teacher spoils far more answers than a decent one, up to its decisions. Each problem is answered four
 * times in both modes.
 *
 * @returns the folder of the run, and the temporary folder that holds it
 */
export async function spoiltRun(problems: number): Promise<{ run: string; folder: string; cpuMs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-filter-truth-'))
  const recipe = join(folder, 'recipe.yaml')
  await writeFile(recipe, stringify(recipeFor(problems)))
  const run = join(folder, 'run')
  let cpuMs = 0
  for (const stage of ['problems', 'generate', 'verify', 'filter']) {
    const cost = await measure(
      [process.execPath, join(root, 'pipeline/cli.ts'), stage, recipe, '--run', run],
      root,
    )
    cpuMs += cost.cpuMs
  }
  return { run, folder, cpuMs }
}

function recipeFor(problems: number): unknown {
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', samples: 4 }
  return {
    name: 'filter-truth',
    problems: { builtin: { count: problems, seed: 1 }, per_shard: 320 },
    endpoints: {
      teacher: {
        base_url: 'simulated',
        dialect: 'vllm',
        max_in_flight: 64,
        simulator: {
          problems: { seed: 1, limit: problems },
          length_scale: 0.6,
          // Such answers are copies where two of one problem have it.
          faults: { seed_ignored: 0.12 },
          rates,
        },
      },
    },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking', max_tokens: 3072 },
    },
    filter: { 'repeated-answer': true, 'think-format': { removed_tags: 'drop' } },
    pair: { require: 'all', select: 'shortest' },
  }
}

const rates = {
  wrong_answer: 0.12,
  missing_box: 0.02,
  overlong: 0.02,
  language_mix: 0.02,
  identity_leak: 0.03,
  reference_leak: 0.03,
  refusal: 0.01,
  loop: 0.02,
  empty_content: 0.01,
  unclosed_think: 0.01,
  two_think_blocks: 0.02,
  empty_think: 0.01,
  tags_in_answer: 0.02,
  chinese_answer: 0.02,
}
