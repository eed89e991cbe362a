import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

/*
 * What back-pressure costs and how long it keeps the queue: `node bench/back-pressure.ts [--only REGEX]`. Each line is a
 * server of its own kind over real sockets, asked by the endpoint client as a run asks, against the same server asked with
 * `max_in_flight` and nothing held back. Both are on one machine, so a server that is busy for itself shows as a loss.
 */
const { values } = parseArgs({
  options: { only: { type: 'string', default: '.' }, scale: { type: 'string', default: '1' } },
})

type Way = { name: string; shows?: string; dialect?: string; pressure?: string; flags?: string[] }

const ways: Way[] = [
  { name: 'gauges', shows: 'gauges' },
  { name: 'streams', flags: ['--stream'] },
  { name: 'pings', dialect: 'ollama', pressure: 'ping' },
  { name: 'header', shows: 'header' },
  { name: 'slots', shows: 'props', dialect: 'llamacpp' },
  { name: 'nothing', dialect: 'ollama' },
]

type Scenario = { name: string; max: number; answers: number; flags: string[]; ways?: string[] }

const scenarios: Scenario[] = [
  {
    name: 'no queue',
    max: 256,
    answers: 1800,
    flags: [],
    ways: ['gauges', 'streams', 'pings', 'header', 'nothing'],
  },
  { name: '8 slots', max: 256, answers: 100, flags: ['--slots', '8', '--latency', '1500'] },
  { name: '64 slots', max: 256, answers: 450, flags: ['--slots', '64'] },
  { name: '512 slots', max: 1024, answers: 3000, flags: ['--slots', '512'] },
  {
    name: '64, 16, 128 slots',
    max: 512,
    answers: 700,
    flags: ['--slots', '64,16,128'],
    ways: ['gauges', 'streams', 'pings', 'nothing'],
  },
  {
    name: 'batching',
    max: 256,
    answers: 900,
    flags: ['--batch', '256', '--latency', '1500'],
    ways: ['gauges', 'streams', 'pings', 'nothing'],
  },
  {
    name: 'batching, 64',
    max: 256,
    answers: 300,
    flags: ['--batch', '64', '--slots', '64', '--latency', '1500'],
    ways: ['gauges', 'streams', 'pings'],
  },
  {
    name: 'bursts of 429',
    max: 256,
    answers: 2200,
    flags: ['--refuses', '32', '--turn', '20'],
    ways: ['gauges', 'streams', 'nothing'],
  },
]

type Measured = {
  seconds: number
  waiting: number
  running: number
  limit: number | null
  sent: number
  refusals: number
}

const free = new Map<string, Measured>()
const only = new RegExp(values.only, 'u')
print('server              queue seen by   seconds   free   ratio   waiting   of slots   sent   429s')
for (const { name, max, answers, flags, ways: names } of scenarios) {
  for (const way of ways) {
    if (!(names ?? ways.map((each) => each.name)).includes(way.name) || !only.test(`${name}/${way.name}`))
      continue
    const run = { max, answers: Math.round(answers * Number(values.scale)), flags, way }
    const ideal = await measureFree(name, run)
    const held = await measure(run)
    const ofSlots = held.limit === null ? '' : (held.waiting / held.limit).toFixed(2)
    print(
      [
        name.padEnd(19),
        way.name.padEnd(13),
        held.seconds.toFixed(2).padStart(9),
        ideal.seconds.toFixed(2).padStart(6),
        (held.seconds / ideal.seconds).toFixed(3).padStart(7),
        held.waiting.toFixed(1).padStart(9),
        ofSlots.padStart(10),
        String(held.sent).padStart(6),
        String(held.refusals).padStart(6),
      ].join(' '),
    )
  }
}

/** Nothing held back: the same for every way in which answers come alike. */
async function measureFree(name: string, run: Parameters<typeof measure>[0]): Promise<Measured> {
  const { shows: _, ...way } = run.way
  const key = `${name} ${way.flags?.join(' ') ?? ''}`
  const known = free.get(key) ?? (await measure({ ...run, way: { ...way, pressure: 'false' } }))
  free.set(key, known)
  return known
}

async function measure({
  max,
  answers,
  flags,
  way,
}: Omit<Scenario, 'name' | 'ways'> & { way: Way }): Promise<Measured> {
  await using server = await startServer(...flags, '--shows', way.shows ?? '')
  const args = ['--url', server.url, '--answers', answers, '--max', max, '--dialect', way.dialect ?? 'vllm']
  const rest = ['--pressure', way.pressure ?? 'true', ...(way.flags ?? [])]
  const client = [pathOf('client.ts'), ...args.map(String), ...rest]
  const { stdout } = await promisify(execFile)(process.execPath, client)
  return JSON.parse(stdout) as Measured
}

async function startServer(...flags: string[]): Promise<{ url: string } & AsyncDisposable> {
  const child: ChildProcess = fork(pathOf('server.ts'), flags)
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`back-pressure/${name}`, import.meta.url))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
