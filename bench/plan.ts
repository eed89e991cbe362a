import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { recipesFor } from './plan/recipes.ts'
import { resultOf, twinstill } from './plan/run.ts'

/*
 * npm run bench:plan [-- --pilot 64 --problems 400 --seeds 1 --first 1 --only REGEX]: forecasts against what came, by five recipes on
 * the simulated teacher, which takes its time for every token. Each recipe is planned with a pilot in one folder and run from
 * nothing in another; a forecast holds when the figure of the run lies in its interval of 90 %.
 */
const { values } = parseArgs({
  options: {
    pilot: { type: 'string', default: '64' },
    problems: { type: 'string', default: '400' },
    /** Runs of each recipe, with other problems and other answers. */
    seeds: { type: 'string', default: '1' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '.' },
  },
})
const count = Number(values.problems)

type Range = { low: number; expected: number; high: number }
type Plan = {
  pilot: { forecast: { usd: Range; tokens: Range; pairs: Range; seconds: Range } }
}
type Ledger = {
  spend: { arm: string; prompt_tokens: number; completion_tokens: number; cost_usd: number | null }[]
  pairs: { paired: number; written: number }
}

const measures = ['cost', 'tokens', 'pairs', 'time'] as const
const held: Record<string, number> = { cost: 0, tokens: 0, pairs: 0, time: 0 }
let runs = 0
const folder = await mkdtemp(join(tmpdir(), 'twinstill-plan-'))
try {
  print(
    '| recipe | figure | forecast | 90 % interval | came | holds |\n| --- | --- | ---: | ---: | ---: | --- |',
  )
  const first = Number(values.first)
  for (let seed = first; seed < first + Number(values.seeds); seed++)
    for (const [name, recipe] of Object.entries(recipesFor(count)))
      if (new RegExp(values.only, 'u').test(name)) await compare(name, recipe, seed)
  print(`\n${runs} runs; held: ${measures.map((each) => `${each} ${held[each]}`).join(', ')}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function compare(name: string, recipe: object, seed: number): Promise<void> {
  const at = join(folder, `${runs}`)
  const file = `${at}.yaml`
  const problems = { builtin: { count, seed }, per_shard: 100 }
  await writeFile(file, stringify({ name: 'plan-bench', seed, problems, ...recipe }))
  const planned = await twinstill('plan', file, '--run', `${at}-plan`, '--pilot', values.pilot)
  const { forecast } = (resultOf(planned, 'plan') as Plan).pilot
  const started = performance.now()
  const lines = await twinstill('distill', file, '--run', `${at}-run`)
  const seconds = (performance.now() - started) / 1000
  const { spend, pairs } = resultOf(lines, 'ledger') as Ledger
  const asked = spend.filter(({ arm }) => arm !== 'probe')
  const came = {
    cost: sumOf(asked.map(({ cost_usd }) => cost_usd ?? 0)),
    tokens: sumOf(asked.map(({ prompt_tokens, completion_tokens }) => prompt_tokens + completion_tokens)),
    pairs: pairs.written,
    time: seconds,
  }
  const ranges = {
    cost: forecast.usd,
    tokens: forecast.tokens,
    pairs: forecast.pairs,
    time: forecast.seconds,
  }
  for (const measure of measures) {
    const { low, expected, high } = ranges[measure]
    // A whole number of pairs is compared with ends that are none.
    const holds = came[measure] >= Math.floor(low) && came[measure] <= Math.ceil(high)
    const exact = measure === 'cost' ? came.cost >= low && came.cost <= high : holds
    if (exact) held[measure]! += 1
    const written = (value: number): string => (measure === 'cost' ? value.toFixed(4) : value.toFixed(0))
    print(
      `| ${name} | ${measure} | ${written(expected)} | ${written(low)} to ${written(high)} | ${written(came[measure])} | ${exact ? 'yes' : '**no**'} |`,
    )
  }
  runs += 1
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
