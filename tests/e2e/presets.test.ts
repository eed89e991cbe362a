import { readdirSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkManifest } from '../../output/dataset/check-manifest.ts'
import { readManifest } from '../../output/dataset/manifest.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import type { Recipe } from '../../pipeline/recipe/recipe.ts'
import { allFilters } from '../../filters/registry.ts'
import { isObject } from '../../schemas/is-object.ts'
import { loadRecipe } from '../../pipeline/recipe/load-recipe.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Every recipe that comes along, run as it stands on 30 built-in problems with simulated teachers, and held before a push.
 * `PRESETS=write` writes docs/presets.md anew. */
const recipes = fileURLToPath(new URL('../../recipes', import.meta.url))
const page = fileURLToPath(new URL('../../docs/presets.md', import.meta.url))
const names = readdirSync(recipes)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length))
  .sort()

const folder = await temporaryFolder()
let hub: Hub
beforeAll(async () => {
  hub = await startHub({ folder: join(folder.path, 'hub') })
})
afterAll(async () => {
  if (process.env['PRESETS'] === 'write') await writeFile(page, pageText())
  await hub.close()
  await folder[Symbol.asyncDispose]()
})

/** Rows of each configuration, by preset. */
const counted = new Map<string, [configuration: string, rows: number][]>()

/** What each preset says of filters, as a line of the page. */
const filterLines = new Map<string, string>()

function linesOf(name: string): string[] {
  return counted.get(name)!.map(([configuration, rows]) => `| \`${name}\` | \`${configuration}\` | ${rows} |`)
}

function pageText(): string {
  return `# What the recipes write

Made and checked by \`npx vitest run tests/e2e/presets.test.ts\` (\`PRESETS=write\` writes it anew): every recipe of \`recipes/\` as it stands, on 30 built-in problems with simulated teachers. Each passes every check before a push but that for benchmarks, which no recipe can name for you.

| recipe | configuration | rows |
| --- | --- | --- |
${names.flatMap(linesOf).join('\n')}

## Filters

What each recipe says of filters beyond their defaults, which \`docs/filters.md\` has, and of what must be right. Comments in the recipes say which source names what.

| recipe | filters | \`pair.require\` |
| --- | --- | --- |
${names.map((name) => filterLines.get(name)!).join('\n')}
`
}

/** What a recipe says of filters other than their defaults: names, with the options that differ. */
function filterLine(name: string, { filter, pair }: Pick<Recipe, 'filter' | 'pair'>): string {
  const said = allFilters.flatMap(({ name: each, options, defaultOn }) => {
    const stated: unknown = filter[each]
    if (stated === undefined || stated === defaultOn) return []
    if (typeof stated === 'boolean') return [`\`${each}\`${stated ? '' : ' off'}`]
    const defaults = options.parse({}) as object
    const own = differing(stated as object, defaults)
    return own === '' && defaultOn ? [] : [`\`${each}\`${own === '' ? '' : ` (${own})`}`]
  })
  return `| \`${name}\` | ${said.join(', ') || 'as by default'} | ${[pair.require].flat().join(', ')} |`
}

function differing(stated: object, defaults: object, path = ''): string {
  const known = defaults as Record<string, unknown>
  return Object.entries(stated)
    .flatMap(([name, value]: [string, unknown]) => {
      const usual = known[name]
      if (JSON.stringify(value) === JSON.stringify(usual)) return []
      if (isObject(value) && isObject(usual)) return [differing(value, usual, `${path}${name}.`)]
      return [`${path}${name}: ${JSON.stringify(value).replaceAll('"', '')}`]
    })
    .join('; ')
}

type Row = Record<string, unknown>

/** Runs a recipe as it stands, on built-in problems and with simulated teachers. */
async function runPreset(
  name: string,
): Promise<{ rows: (configuration: string) => Promise<Row[]>; names: string[] }> {
  const path = join(recipes, `${name}.yaml`)
  const stated = await loadRecipe(path, {})
  const { endpoints } = stated
  filterLines.set(name, filterLine(name, stated))
  const tree: RecipeTree = {
    extends: path,
    name,
    problems: { builtin: { count: 30, seed: 1 }, per_shard: 10, files: null },
    endpoints: Object.fromEntries(
      Object.keys(endpoints).map((each) => [each, { base_url: 'simulated', dialect: 'vllm' }]),
    ),
    generate: { probe: 'never' },
    push: { reverify: 32 },
    ...(name === 'quickstart' && { write: { plots: true } }),
  }
  const recipe = await writeRecipe(folder.path, tree, `${name}.yaml`)
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
  const configurations = exports.map((one) => one.name)
  expect(card.configs.map(({ config_name }) => config_name)).toEqual(configurations)
  counted.set(
    name,
    exports.map((one) => [one.name, one.rows]),
  )
  // What a preset says about benchmarks is the only thing that keeps it back.
  const accepting = { ...tree, push: { reverify: 32, accept: ['contamination'] } }
  const checks = await heldBefore(await writeRecipe(folder.path, accepting, `${name}.yaml`))
  expect(checks.filter(({ outcome }) => outcome === 'refused')).toEqual([])
  if (name !== 'quickstart') {
    expect(await readFile(path, 'utf8')).toMatch(
      /`filter\.contamination\.benchmarks`[^]*`push: \{ accept: \[contamination\] \}`/,
    )
    expect(checks.find(({ check }) => check === 'contamination')?.text).toMatch(/^nobody has looked/)
  }
  return {
    names: configurations,
    async rows(configuration) {
      const rows: Row[] = []
      for (const { path: file } of files.filter(({ config }) => config === configuration))
        for await (const row of readParquetRows(join(dataset, file))) rows.push(row)
      return rows
    },
  }
}

/** What every check before a push found; nothing is sent. */
async function heldBefore(recipe: string): Promise<{ check: string; outcome: string; text: string }[]> {
  const args = ['push', recipe, '--repo', 'demo-org/preset', '--create', '--dry-run', '--json']
  const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token }
  const { stdout, stderr } = await runCli(args, { cwd: folder.path, environment })
  const line = stdout.split('\n').find((each) => each.startsWith('{"type":"push"'))
  if (line === undefined) throw new Error(stderr)
  return (JSON.parse(line) as { data: { checks: { check: string; outcome: string; text: string }[] } }).data
    .checks
}

const wantedOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
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
])

test.each(names)('%s runs to its end and gives the rows that it is for', async (name) => {
  const wanted = wantedOf[name] ?? ['pairs']
  const { names: found, rows } = await runPreset(name)
  expect(found).toEqual(expect.arrayContaining([...wanted]))
  const counts = Object.fromEntries(counted.get(name)!)
  expect(wanted.filter((one) => counts[one] === 0)).toEqual([])
  if (process.env['PRESETS'] !== 'write')
    expect(readFileSync(page, 'utf8').split('\n')).toEqual(
      expect.arrayContaining([...linesOf(name), filterLines.get(name)]),
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
