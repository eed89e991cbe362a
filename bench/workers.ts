import { spawn, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { cpuMsOf } from './workers/cpu.ts'
import { dealtAmong } from './workers/dealt-among.ts'

/*
 * Do several workers keep a server as busy as one does, and what does each answer cost them? A server of 512 slots answers after
 * log-normal times; the workers deal out `max_in_flight` of it, a quarter more than its slots. Counting begins when all of
 * them have their part and the server is full, since starting processes takes this machine's processors and no server's time, and ends with the
 * last answer. Slots are busy for as long as there is more to ask than they hold; the ideal client has the next request there
 * whenever one is free.
 * Usage: node bench/workers.ts [--workers 1,2,4,8] [--slots 512] [--latency 6000] [--problems 1200]
 */
const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4,8' },
    slots: { type: 'string', default: '512' },
    /** The median of an answer's time, in milliseconds. */
    latency: { type: 'string', default: '6000' },
    /** Each is asked twice. */
    problems: { type: 'string', default: '1200' },
  },
})
const slots = Number(values.slots)
const problems = Number(values.problems)
const perShard = 16
const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'pipeline/cli.ts')

process.stdout.write(`${2 * problems} answers, ${slots} slots, load ${loadavg()[0]!.toFixed(1)}\n`)
process.stdout.write('workers  counted  slots busy  so for s  span s  over ideal  CPU ms/answer  most open\n')
for (const count of values.workers.split(',').map(Number)) await row(count)

async function row(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-workers-'))
  const server = fork(fileURLToPath(new URL('generate/canned-server.ts', import.meta.url)), [
    '--slots',
    values.slots,
    '--latency',
    values.latency,
    '--lognormal',
    '--tokens',
    '1000',
  ])
  try {
    const [url] = (await once(server, 'message')) as [string]
    const recipe = join(folder, 'recipe.yaml')
    const run = join(folder, 'run')
    await writeFile(recipe, stringify(recipeFor(url, count)))
    const [code] = (await once(
      spawn(process.execPath, [cli, 'problems', recipe, '--run', run], { cwd: root, stdio: 'ignore' }),
      'exit',
    )) as [number]
    if (code !== 0) throw new Error(`\`problems\` ended with ${code}`)
    const children = Array.from({ length: count }, (_, index) =>
      spawn(process.execPath, [cli, 'generate', recipe, '--run', run, '--shard', `${index}/${count}`], {
        cwd: root,
        stdio: 'ignore',
      }),
    )
    const ended = Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number | null))
    const isIn = async (): Promise<boolean> =>
      (await dealtAmong(run)) === count && (await statsOf(url)).served.length > 0
    while (!(await isIn()) && children.every(({ exitCode }) => exitCode === null)) await sleep(100)
    await fetch(`${url}/reset`)
    while ((await statsOf(url)).fullSince === 0 && children.every(({ exitCode }) => exitCode === null))
      await sleep(100)
    const before = children.map(({ pid }) => cpuMsOf(pid!) ?? 0)
    const latest = [...before]
    await fetch(`${url}/reset`)
    const watch = setInterval(() => {
      for (const [index, { pid }] of children.entries()) latest[index] = cpuMsOf(pid!) ?? latest[index]!
    }, 200)
    const codes = await ended
    clearInterval(watch)
    if (codes.some((code) => code !== 0)) throw new Error(`workers ended with ${codes.join(', ')}`)
    const cpuMs = latest.reduce((sum, ms, index) => sum + ms - before[index]!, 0)
    print(count, await statsOf(url), cpuMs)
  } finally {
    const gone = once(server, 'exit')
    server.kill()
    await gone
    await rm(folder, { recursive: true, force: true })
  }
}

/** Milliseconds of the server's clock. */
type Stats = {
  since: number
  lastAt: number
  mostWaiting: number
  fullSince: number
  /** When the last answer ended that others waited behind. */
  fullUntil: number
  served: readonly [seed: number, ms: number, begun: number][]
}

async function statsOf(url: string): Promise<Stats> {
  return (await (await fetch(`${url}/stats`)).json()) as Stats
}

function print(count: number, stats: Stats, cpuMs: number): void {
  const { since, lastAt, fullUntil, served, mostWaiting } = stats
  const parts = served.map(([, ms, begun]) => ({ begun: Math.max(begun, since), end: begun + ms }))
  const busyMs = parts.reduce((sum, { begun, end }) => sum + Math.max(0, Math.min(end, fullUntil) - begun), 0)
  const cells = [
    `${count}`.padStart(7),
    `${served.length}`.padStart(8),
    percent(busyMs / (slots * (fullUntil - since))).padStart(11),
    ((fullUntil - since) / 1000).toFixed(1).padStart(8),
    ((lastAt - since) / 1000).toFixed(1).padStart(7),
    ((lastAt - since) / idealMs(parts)).toFixed(3).padStart(11),
    (cpuMs / served.length).toFixed(2).padStart(14),
    `${slots + mostWaiting}`.padStart(10),
  ]
  process.stdout.write(`${cells.join(' ')}\n`)
}

/** The span of a client that has the next request there whenever a slot is free. */
function idealMs(parts: readonly { begun: number; end: number }[]): number {
  const free = Array.from({ length: slots }, () => 0)
  for (const { begun, end } of parts.toSorted((a, b) => a.begun - b.begun))
    free[free.indexOf(Math.min(...free))]! += end - begun
  return Math.max(...free)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function recipeFor(url: string, count: number): object {
  const arm = { teacher: 'qwen3', model: 'canned', endpoint: 'canned' }
  const most = Math.round(1.25 * slots)
  return {
    name: 'bench-workers',
    seed: 1,
    problems: { builtin: { count: problems, seed: 1 }, per_shard: perShard },
    endpoints: {
      canned: { base_url: `${url}/v1`, dialect: 'vllm', max_in_flight: most, back_pressure: false },
    },
    // Enough to fill a worker's part, twice.
    generate: { probe: 'never', shards_open: Math.max(2, Math.ceil((2 * most) / count / (2 * perShard))) },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking' },
      reasoning: { ...arm, role: 'reasoning', mode: 'thinking' },
    },
  }
}
