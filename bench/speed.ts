import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { startHub } from '../simulators/hub/start.ts'
import { measure } from './distill/measure.ts'
import { compare, type Ratio, readBaseline, writeBaseline } from './speed/compare.ts'
import { writeSpeedRecipe } from './speed/recipe.ts'

/*
 * The one table of speed: every step of a run as a whole process beside a peer or a limit in the same round. CPU time, user
 * and system, because the wall clock of a shared machine says little.
 * npm run bench [-- --problems 500 --rounds 3] [--json] [--compare] [--baseline-out FILE]
 */
const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    flight: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
    /** Holds the ratios against the baseline, and ends with 1 where one is worse beyond noise. */
    compare: { type: 'boolean', default: false },
    baseline: { type: 'string', default: fileURLToPath(new URL('baseline.json', import.meta.url)) },
    /** Writes the ratios of this run as a baseline. */
    'baseline-out': { type: 'string' },
  },
})
const [problems, rounds, flight] = [Number(values.problems), Number(values.rounds), Number(values.flight)]
const root = fileURLToPath(new URL('..', import.meta.url))

/** What each step stands beside: the name of what was measured in the same round, and what that is. */
const steps: readonly [step: string, peer: string, beside: string][] = [
  ['generate', 'openai', '`openai` in a loop that only asks and appends JSONL'],
  ['verify', 'parse', 'every stored answer parsed once'],
  ['filter', 'parse', 'every stored answer parsed once'],
  ['write', 'copy', 'DuckDB writes the traces to one Parquet file'],
  ['resume', 'start', 'the program starts and prints its version'],
  ['report', 'start', 'the program starts and prints its version'],
  ['push', 'upload', '`@huggingface/hub` uploads the same files unchecked'],
]

type Round = Map<string, number>

async function measureRound(folder: string): Promise<Round> {
  const cpu: Round = new Map()
  const server: ChildProcess = fork(pathOf('distill/server.ts'), ['--latency', '100'])
  const [url] = (await once(server, 'message')) as [string]
  const hub = await startHub({ folder: join(folder, 'hub') })
  const recipe = await writeSpeedRecipe(folder, { url, problems, flight })
  const run = join(folder, 'run')
  const add = async (name: string, ...args: string[]): Promise<void> => {
    const { cpuMs } = await measure([process.execPath, ...args], root)
    cpu.set(name, cpuMs)
  }
  const ours = (name: string, command = name, ...more: string[]): Promise<void> =>
    add(name, '--max-semi-space-size=1', 'pipeline/cli.ts', command, recipe, '--run', run, ...more)
  const peer = (name: string, ...more: string[]): Promise<void> =>
    add(name, pathOf('speed/peers.ts'), name, run, ...more)
  try {
    const loop = ['--url', url, '--problems', `${problems}`, '--flight', `${flight}`]
    await add('openai', pathOf('distill/openai-loop.ts'), ...loop, '--out', join(folder, 'loop.jsonl'))
    for (const stage of ['problems', 'generate', 'verify', 'filter', 'pair', 'write']) await ours(stage)
    await peer('parse')
    await peer('copy')
    await ours('resume', 'distill')
    await add('start', 'pipeline/cli.ts', '--version')
    await ours('report')
    Object.assign(process.env, { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token })
    await ours('push', 'push', '--repo', 'demo-org/speed', '--create')
    await peer('upload', hub.url, hub.token, 'demo-org/peer')
  } finally {
    await hub.close()
    const ended = once(server, 'exit')
    server.kill()
    await ended
  }
  return cpu
}

const measured: Round[] = []
for (let round = 0; round < rounds; round++) {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-speed-'))
  try {
    measured.push(await measureRound(folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const rows = steps.map(([step, peer, beside]) => {
  const sorted = measured
    .map((cpu) => cpu.get(step)! / Math.max(10, cpu.get(peer)!))
    .toSorted((a, b) => a - b)
  const rounded = sorted.map((ratio) => Math.round(ratio * 100) / 100)
  const ratio: Ratio = {
    step,
    beside,
    ratio: rounded[Math.floor(rounded.length / 2)]!,
    lowest: rounded[0]!,
    highest: rounded.at(-1)!,
  }
  return Object.assign(ratio, { cpu_ms: middle(step), beside_cpu_ms: middle(peer) })
})
const ratios = rows.map(({ cpu_ms: _ours, beside_cpu_ms: _theirs, ...ratio }): Ratio => ratio)
if (values['baseline-out'] !== undefined)
  await writeBaseline(values['baseline-out'], { format: 1, problems, rounds, ratios })

const baseline = values.compare ? await readBaseline(values.baseline) : undefined
const compared = baseline && compare(baseline.ratios, ratios)
if (values.json)
  process.stdout.write(`${JSON.stringify({ problems, rounds, load: loadavg()[0], rows, compared })}\n`)
else print()
if (compared?.some(({ verdict }) => verdict === 'worse') === true) process.exitCode = 1

function middle(name: string): number {
  return measured.map((cpu) => cpu.get(name)!).toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!
}

function print(): void {
  const table = new Table({
    head: ['step', 'CPU ms', 'ms/answer', 'beside', 'CPU ms', 'ratio', 'spread'],
    style: { head: [], border: [] },
  })
  for (const { step, cpu_ms, beside, beside_cpu_ms, ratio, lowest, highest } of rows)
    table.push([
      step,
      cpu_ms,
      (cpu_ms / (2 * problems)).toFixed(2),
      beside,
      beside_cpu_ms,
      ratio,
      `${lowest}–${highest}`,
    ])
  process.stdout.write(
    `${2 * problems} answers of 12 to 13 kB, ${rounds} rounds, load ${loadavg()[0]!.toFixed(1)}\n${table.toString()}\n`,
  )
  if (compared === undefined || baseline === undefined) return
  if (baseline.problems !== problems)
    process.stdout.write(
      `the baseline is of ${baseline.problems} problems: say --problems ${baseline.problems}\n`,
    )
  for (const { step, before, now, verdict } of compared)
    process.stdout.write(`${step.padEnd(10)} ${verdict.padEnd(9)} ${before} before, ${now} now\n`)
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
