import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { writeShards } from '../output/dataset/dataset.ts'
import type { Export } from '../output/exports/export.ts'
import { chooseExports } from '../output/exports/registry.ts'
import { loadRecipe } from '../pipeline/recipe/load-recipe.ts'
import { resolveRun } from '../pipeline/recipe/resolve-run.ts'
import { inputKinds } from '../pipeline/stages/input-kinds.ts'
import { loadStages } from '../pipeline/stages/registry.ts'
import { problemGroups } from '../pipeline/stages/write/problem-groups.ts'
import { writeStage } from '../pipeline/stages/write/write.ts'
import { readRunRecord } from '../store/run/run-record.ts'

/*
 * What does a further dataset configuration cost? The quickstart with ten times its problems is run once (`--run FOLDER`
 * keeps it or takes it up), then its dataset is written again and again, each time in a process of its own, with the
 * three configurations of the quickstart, with three narrow ones beside them, and with each of the three twice, which is
 * the dearest case. Programs take turns, so that a noisy machine is noisy for all. CPU is that of the whole process.
 * Usage: node bench/write.ts [--problems 4000] [--rounds 3] [--run FOLDER]
 */

const variants = ['three', 'six narrow', 'six full'] as const
type Variant = (typeof variants)[number]
type Figures = { cpu_s: number; peak_mb: number; rows: number; bytes: number }

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '3' },
    run: { type: 'string' },
    measure: { type: 'string' },
  },
})

const identity = { pair_id: z.string() }

/** Configurations without reasoning, as for reinforcement learning, preferences and studies of length. */
const narrow: Export[] = [
  {
    name: 'rl',
    version: '1',
    describe: 'Prompts with pass rates.',
    reads: 'all',
    matched: false,
    order: 'problems',
    schema: () => z.strictObject({ ...identity, prompt: z.string(), correct: z.int(), checked: z.int() }),
    rows: ({ problem, instruction, samples }) => [
      {
        pair_id: problem.id,
        prompt: instruction,
        correct: samples.filter(({ verdict }) => verdict.verdict === 'correct').length,
        checked: samples.length,
      },
    ],
  },
  {
    name: 'preference',
    version: '1',
    describe: 'The shortest answer that was kept against the longest.',
    reads: 'kept',
    matched: false,
    order: 'problems',
    schema: () => z.strictObject({ ...identity, chosen: z.string(), rejected: z.string() }),
    rows: ({ problem, samples }) => {
      const [first, ...others] = samples.toSorted((a, b) => a.trace.answer_tokens - b.trace.answer_tokens)
      const last = others.at(-1)
      if (!first || !last) return []
      return [{ pair_id: problem.id, chosen: first.trace.answer, rejected: last.trace.answer }]
    },
  },
  {
    name: 'lengths',
    version: '1',
    describe: 'How long every answer is.',
    reads: 'all',
    matched: false,
    order: 'problems',
    schema: () => z.strictObject({ ...identity, id: z.string(), reasoning: z.int(), answer: z.int() }),
    rows: ({ problem, samples }) =>
      samples.map(({ trace }) => ({
        pair_id: problem.id,
        id: trace.key,
        reasoning: trace.reasoning_tokens,
        answer: trace.answer_tokens,
      })),
  },
]

if (process.send) await measureHere(values.measure as Variant, values.run!)
else await compare()

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-bench-'))
  try {
    const run = values.run ?? join(folder, 'run')
    await makeRun(folder, run)
    const figures = new Map<Variant, Figures[]>(variants.map((variant) => [variant, []]))
    for (let round = 0; round < Number(values.rounds); round++)
      for (const variant of variants) {
        const child = fork(import.meta.filename, ['--measure', variant, '--run', run])
        const [measured] = (await once(child, 'message')) as [Figures]
        figures.get(variant)!.push(measured)
      }
    const base = median(figures.get('three')!.map(({ cpu_s }) => cpu_s))
    process.stdout.write('configurations     rows        MB    CPU s   against three   peak MB\n')
    for (const [variant, all] of figures) {
      const cpu = median(all.map(({ cpu_s }) => cpu_s))
      const peak = median(all.map(({ peak_mb }) => peak_mb))
      const [{ rows, bytes }] = all as [Figures]
      process.stdout.write(
        `${variant.padEnd(14)} ${String(rows).padStart(8)} ${(bytes / 1e6).toFixed(1).padStart(9)} ${cpu.toFixed(2).padStart(8)} ${(cpu / base).toFixed(2).padStart(15)} ${peak.toFixed(0).padStart(9)}\n`,
      )
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs the quickstart with more problems, as far as it has not been run already. */
async function makeRun(folder: string, run: string): Promise<void> {
  const quickstart = parse(
    await readFile(new URL('../recipes/quickstart.yaml', import.meta.url), 'utf8'),
  ) as {
    problems: { builtin: { count: number } }
  }
  quickstart.problems.builtin.count = Number(values.problems)
  const recipe = join(folder, 'recipe.yaml')
  await writeFile(recipe, stringify(quickstart))
  const cli = new URL('../pipeline/cli.ts', import.meta.url).pathname
  await promisify(execFile)(process.execPath, [cli, 'distill', recipe, '--run', run], { maxBuffer: 2 ** 28 })
  await writeFile(join(run, 'bench-recipe.yaml'), stringify(quickstart))
}

async function measureHere(variant: Variant, run: string): Promise<void> {
  const recipe = await loadRecipe(join(run, 'bench-recipe.yaml'), {}, Date.now)
  const context = resolveRun(recipe, run, '/')
  const { plan } = (await readRunRecord(run))!
  const three = chooseExports(context.arms)
  const further = {
    three: [],
    'six narrow': narrow,
    'six full': three.map((one) => ({ ...one, name: `${one.name}-again` })),
  }
  const reads = inputKinds(await loadStages(), writeStage, context)
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-bench-'))
  try {
    const { files } = await writeShards({
      folder,
      arms: context.arms,
      exports: [...three, ...further[variant]],
      groups: {
        digests: Array.from({ length: plan!.shards }, (_, shard) => `${shard}`),
        groups: (shard) => problemGroups(context, shard, reads),
      },
    })
    const { user, system } = process.cpuUsage()
    process.send!({
      cpu_s: (user + system) / 1e6,
      peak_mb: process.resourceUsage().maxRSS / 1024,
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    } satisfies Figures)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
