import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { builtinProblems } from '../problems/builtin/builtin-problems.ts'
import { type Cost, measure } from './distill/measure.ts'

/*
 * What does a whole `distill` cost? A canned server in a process of its own answers with 12 to 13 kB; whole processes are
 * measured from outside, the servers left out: `distill`, the same stage by stage, and a hand-written `openai` loop that
 * only asks and writes JSONL. Programs take turns, so that a noisy machine is noisy for all.
 * Usage: node bench/distill.ts [--problems 2000] [--flight 256] [--latency 1000] [--rounds 1] [--small 50] [--no-stages] [--python PATH]
 */
const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '2000' },
    /** Problems of the small run, each with two answers; 0 leaves it out. */
    small: { type: 'string', default: '50' },
    flight: { type: 'string', default: '256' },
    /** Median milliseconds of an answer. */
    latency: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '1' },
    stages: { type: 'boolean', default: true },
    /** A Python that has the package `openai`, for the same loop in that language. */
    python: { type: 'string' },
    /** Another checkout of the project, to be measured in the place of this one. */
    of: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
  },
  allowNegative: true,
})
const stageNames = ['problems', 'generate', 'verify', 'filter', 'pair', 'write']
const flight = Number(values.flight)

type Figures = Cost & { span?: number; ideal?: number }

for (const problems of [Number(values.problems), Number(values.small)])
  if (problems > 0) await compare(problems)

async function compare(problems: number): Promise<void> {
  const all = new Map<string, Figures[]>()
  const add = (name: string, figures: Figures): void =>
    void all.set(name, [...(all.get(name) ?? []), figures])
  for (let round = 0; round < Number(values.rounds); round++) {
    const folder = await mkdtemp(join(tmpdir(), 'twinstill-bench-'))
    try {
      add('openai loop', await withServer((url) => measureLoop(url, folder, problems)))
      const { python } = values
      if (python !== undefined)
        add('in Python', await withServer((url) => measurePython(python, { url, folder, problems })))
      add('distill', await withServer((url) => measureCommand('distill', url, folder, problems)))
      if (!values.stages) continue
      for (const stage of stageNames)
        add(`- ${stage}`, await withServer((url) => measureCommand(stage, url, folder, problems)))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  print(problems, all)
}

async function measureLoop(url: string, folder: string, problems: number): Promise<Cost> {
  const out = join(folder, 'answers.jsonl')
  const args = ['--url', url, '--problems', `${problems}`, '--flight', `${flight}`, '--out', out]
  return measure([process.execPath, pathOf('openai-loop.ts'), ...args], folder)
}

async function measurePython(
  python: string,
  { url, folder, problems }: { url: string; folder: string; problems: number },
): Promise<Cost> {
  const prompts = join(folder, 'prompts.json')
  const texts = [...builtinProblems({ count: problems, seed: 1 })].map(({ prompt }) => prompt)
  await writeFile(prompts, JSON.stringify(texts))
  const out = join(folder, 'answers-python.jsonl')
  return measure([python, pathOf('openai_loop.py'), url, prompts, `${flight}`, out], folder)
}

async function measureCommand(name: string, url: string, folder: string, problems: number): Promise<Cost> {
  const recipe = join(folder, 'recipe.yaml')
  await writeFile(recipe, stringify(recipeFor(url, problems)))
  const run = join(folder, name === 'distill' ? 'whole' : 'stages')
  return measure(
    [process.execPath, join(values.of, 'pipeline/cli.ts'), name, recipe, '--run', run],
    values.of,
  )
}

/** Both arms of the quickstart, asked once each. */
function recipeFor(url: string, problems: number): object {
  const arm = { teacher: 'qwen3', model: 'canned', endpoint: 'canned' }
  return {
    name: 'bench-distill',
    seed: 1,
    problems: { builtin: { count: problems, seed: 1 } },
    endpoints: { canned: { base_url: `${url}/v1`, dialect: 'vllm', max_in_flight: flight } },
    generate: { probe: 'never' },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
    },
  }
}

/** Each measurement has a server of its own, so that the times of one program are not those of another. */
async function withServer(work: (url: string) => Promise<Cost>): Promise<Figures> {
  const child: ChildProcess = fork(pathOf('server.ts'), ['--latency', values.latency])
  try {
    const [url] = (await once(child, 'message')) as [string]
    const cost = await work(url)
    const stats = await fetch(`${url}/stats`)
    const { served, spanMs } = (await stats.json()) as { served: number[]; spanMs: number }
    return served.length === 0 ? cost : { ...cost, span: spanMs / 1000, ideal: idealSeconds(served) }
  } finally {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
}

/** In the order of asking, each answer on the slot that is free first. */
function idealSeconds(served: readonly number[]): number {
  const free = Array.from({ length: flight }, () => 0)
  for (const ms of served) free[free.indexOf(Math.min(...free))]! += ms
  return Math.max(...free) / 1000
}

function print(problems: number, all: ReadonlyMap<string, Figures[]>): void {
  const answers = 2 * problems
  const load = loadavg()[0]!.toFixed(1)
  process.stdout.write(
    `\n${answers} answers of 12 to 13 kB, ${flight} in flight, median ${values.latency} ms, rounds ${values.rounds}, load ${load}\n`,
  )
  process.stdout.write(
    'program        CPU ms/answer   against loop   CPU s   peak MB   span s   span/ideal\n',
  )
  const base = median(all.get('openai loop')!.map(({ cpuMs }) => cpuMs))
  for (const [name, figures] of all) {
    const cpu = median(figures.map(({ cpuMs }) => cpuMs))
    const spans = figures.flatMap(({ span, ideal }) => (span === undefined ? [] : [[span, span / ideal!]]))
    const cells = [
      name.padEnd(13),
      (cpu / answers).toFixed(2).padStart(14),
      (cpu / base).toFixed(2).padStart(14),
      (cpu / 1000).toFixed(2).padStart(7),
      median(figures.map(({ peakMb }) => peakMb))
        .toFixed(0)
        .padStart(9),
      ...(spans.length === 0
        ? []
        : [
            median(spans.map(([span]) => span!))
              .toFixed(1)
              .padStart(8),
            median(spans.map(([, ratio]) => ratio!))
              .toFixed(2)
              .padStart(12),
          ]),
    ]
    process.stdout.write(`${cells.join(' ')}\n`)
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`distill/${name}`, import.meta.url))
}
