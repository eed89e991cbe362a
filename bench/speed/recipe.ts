import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Writes the recipe of the table: both arms of the quickstart asked once each, at a server that answers as it is told. */
export async function writeSpeedRecipe(
  folder: string,
  { url, problems, flight }: { url: string; problems: number; flight: number },
): Promise<string> {
  const arm = { teacher: 'qwen3', model: 'canned', endpoint: 'canned' }
  const path = join(folder, 'speed.yaml')
  await writeFile(
    path,
    stringify({
      name: 'speed',
      seed: 1,
      problems: { builtin: { count: problems, seed: 1 } },
      endpoints: { canned: { base_url: `${url}/v1`, dialect: 'vllm', max_in_flight: flight } },
      generate: { probe: 'never' },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking' },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
      },
      // Canned answers to made problems are no dataset for anybody: what is measured is the way to the Hub.
      push: {
        accept: ['contamination', 'complete_rows', 'form', 'verdicts', 'gold_suspect', 'render'],
      },
    }),
  )
  return path
}
