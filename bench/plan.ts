import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { stringify } from 'yaml'

/*
 * npm run bench:plan [-- --pilot 64 --problems 400 --seeds 1 --only REGEX]: forecasts against what came, by five recipes on
 * the simulated teacher, which takes its time for every token. Each recipe is planned with a pilot in one folder and run from
 * nothing in another; a forecast holds when the figure of the run lies in its interval of 90 %.
 */
const { values } = parseArgs({
  options: {
    pilot: { type: 'string', default: '64' },
    problems: { type: 'string', default: '400' },
    /** Runs of each recipe, with other problems and other answers. */
    seeds: { type: 'string', default: '1' },
    only: { type: 'string', default: '.' },
  },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const count = Number(values.problems)

const teacher = {
  base_url: 'simulated',
  dialect: 'vllm',
  max_in_flight: 48,
  price: { input: 0.2, output: 0.8, date: '2026-01-01' },
  simulator: { first_token_ms: 30, token_ms: 1 },
}
const qwen = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
const ift = { ...qwen, role: 'ift', mode: 'non_thinking' }
const reasoning = { ...qwen, role: 'reasoning', mode: 'thinking' }
const gptOss = { teacher: 'gpt-oss', model: 'gpt-oss-120b', endpoint: 'teacher', mode: 'thinking' }

const recipes: Record<string, object> = {
  'two samples of each': {
    endpoints: { teacher },
    arms: { ift: { ...ift, samples: 2 }, reasoning: { ...reasoning, samples: 2 } },
    filter: { length: { thinking: { reasoning: { max: 16_384 } } } },
  },
  'one sample, short thoughts only': {
    endpoints: { teacher },
    arms: { ift, reasoning: { ...reasoning, max_tokens: 4096 } },
    filter: { length: { thinking: { reasoning: { max: 2048 } } } },
  },
  'three efforts': {
    endpoints: { teacher },
    arms: {
      low: { ...gptOss, role: 'low', effort: 'low' },
      medium: { ...gptOss, role: 'medium', effort: 'medium' },
      high: { ...gptOss, role: 'high', effort: 'high' },
    },
  },
  'a weak teacher, four samples': {
    endpoints: {
      teacher: { ...teacher, simulator: { ...teacher.simulator, rates: { wrong_answer: 0.6 } } },
    },
    arms: { ift: { ...ift, samples: 4 }, reasoning: { ...reasoning, samples: 4 } },
  },
  'a number of pairs': {
    endpoints: { teacher },
    arms: { ift, reasoning },
    select: { pairs: Math.round(count / 4) },
  },
}

type Range = { low: number; expected: number; high: number }
type Plan = {
  pilot: { forecast: { usd: Range; tokens: Range; pairs: Range; seconds: Range } }
}
type Ledger = {
  spend: { arm: string; prompt_tokens: number; completion_tokens: number; cost_usd: number | null }[]
  pairs: { paired: number; written: number }
}
type Line = { type: string; kind?: string; data?: unknown }

const measures = ['cost', 'tokens', 'pairs', 'time'] as const
const held: Record<string, number> = { cost: 0, tokens: 0, pairs: 0, time: 0 }
let runs = 0
const folder = await mkdtemp(join(tmpdir(), 'twinstill-plan-'))
try {
  print(
    '| recipe | figure | forecast | 90 % interval | came | holds |\n| --- | --- | ---: | ---: | ---: | --- |',
  )
  for (let seed = 1; seed <= Number(values.seeds); seed++)
    for (const [name, recipe] of Object.entries(recipes))
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

async function twinstill(...args: string[]): Promise<Line[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'pipeline/cli.ts'), ...args, '--json'],
    {
      maxBuffer: 2 ** 28,
    },
  )
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function resultOf(lines: readonly Line[], kind: string): unknown {
  const found = lines.find((line) => line.type === kind)
  if (!found) throw new Error(`no ${kind} among ${lines.map(({ type }) => type).join(', ')}`)
  return found.data
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
