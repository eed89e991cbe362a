import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { loadRecipe } from '../../pipeline/recipe/load-recipe.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const recipes = fileURLToPath(new URL('../../recipes', import.meta.url))

type Row = Record<string, unknown>

/** Runs a recipe as it stands, on built-in problems and with simulated teachers. */
async function runPreset(
  name: string,
): Promise<{ rows: (configuration: string) => Promise<Row[]>; names: string[] }> {
  const folder = await temporaryFolder()
  const path = join(recipes, `${name}.yaml`)
  const { endpoints } = await loadRecipe(path, {})
  const recipe = await writeRecipe(folder.path, {
    extends: path,
    name,
    problems: { builtin: { count: 30, seed: 1 }, per_shard: 10 },
    endpoints: Object.fromEntries(
      Object.keys(endpoints).map((each) => [each, { base_url: 'simulated', dialect: 'vllm' }]),
    ),
    generate: { probe: 'never' },
  })
  const { code, stderr } = await runCli(['distill', recipe], { cwd: folder.path })
  expect(stderr).not.toContain('error:')
  expect(code).toBe(0)
  const run = join(folder.path, 'runs', name)
  const dataset = join(run, 'dataset')
  expect(await checkManifest(dataset)).toEqual([])
  expect(ledgerFaults(Ledger.parse(JSON.parse(await readFile(join(run, 'ledger.json'), 'utf8'))))).toEqual([])
  const { files, exports } = await readManifest(dataset)
  const card = parse((await readFile(join(dataset, 'README.md'), 'utf8')).split(/^---$/mu)[1]!) as {
    configs: { config_name: string }[]
  }
  const names = exports.map((one) => one.name)
  expect(card.configs.map(({ config_name }) => config_name)).toEqual(names)
  return {
    names,
    async rows(configuration) {
      const rows: Row[] = []
      for (const { path: file } of files.filter(({ config }) => config === configuration))
        for await (const row of readParquetRows(join(dataset, file))) rows.push(row)
      return rows
    },
  }
}

test.each([
  ['gptoss-vs-r1', ['pairs', 'comparison-long', 'comparison-wide', 'gpt-oss-thinking', 'deepseek-r1-inline']],
  ['reasoning-vs-ift', ['pairs', 'mix-0', 'mix-25', 'mix-50', 'mix-75', 'mix-100', 'mix-50-sequential']],
  ['openr1', ['grouped', 'reasoning-inline']],
  ['multi-effort', ['comparison-wide', 'low-harmony', 'high-harmony', 'rl', 'curriculum']],
  ['nemotron-onoff', ['on-off', 'on-off-messages', 'curriculum']],
  ['hybrid-unpaired', ['phase-1', 'phase-2']],
  ['dler-rl', ['rl']],
  ['art-easy', ['rl']],
  ['concise-dpo', ['preference-shortest-longest']],
  ['delta-preference', ['preference-strong-weak']],
])('%s runs to its end and gives the rows that it is for', async (name, wanted) => {
  const { names, rows } = await runPreset(name)
  expect(names).toEqual(expect.arrayContaining(wanted))
  const counts: Record<string, number> = {}
  for (const one of names) counts[one] = (await rows(one)).length
  expect(wanted.filter((one) => counts[one] === 0)).toEqual([])
  process.stdout.write(
    `${name}: ${Object.entries(counts)
      .map(([one, count]) => `${one} ${count}`)
      .join(', ')}\n`,
  )
  if (name === 'art-easy') for (const row of await rows('rl')) expect(row['pass_rate']).toBeGreaterThan(0.5)
  if (name === 'hybrid-unpaired') {
    const mixed = await rows('phase-2')
    expect(new Set(mixed.map((row) => row['pair_id'])).size).toBe(mixed.length)
    const on = mixed.filter((row) => row['mode'] === 'thinking').length
    expect(Math.abs(on - 0.4 * mixed.length)).toBeLessThan(1)
  }
  if (name === 'reasoning-vs-ift')
    expect(new Set([0, 25, 50, 75, 100].map((each) => counts[`mix-${each}`])).size).toBe(1)
})
