import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

/*
 * What asking costs: `node bench/generate.ts`, or `--quick` for less than a minute. The server is a fixed one in a process
 * of its own, because the simulated teacher writes its answers and would be the bottleneck; each client is a process of
 * its own, and the clients take turns so that a noisy machine is noisy for all of them. CPU time is the figure to look
 * at: the wall clock is shared with the server.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    /** Only one part: cost, makespan or queue. */
    part: { type: 'string' },
    flights: { type: 'string' },
    rounds: { type: 'string' },
    tokens: { type: 'string', default: '3000' },
  },
})
const quick = values.quick
const rounds = Number(values.rounds ?? (quick ? 1 : 3))
const flights = (values.flights ?? (quick ? '64' : '64,512,4096')).split(',').map(Number)

type Measured = { perSecond: number; cpuMs: number; peakMb: number; characters: number; seconds: number }

const names = ['ours', 'openai', 'undici'] as const

if (values.part === undefined || values.part === 'cost') {
  for (const stream of [false, true]) for (const flight of flights) await compareCost(flight, stream)
  if (!quick) await compareCost(64, true, 5)
}
if (values.part === undefined || values.part === 'makespan') await measureMakespan()
if (values.part === undefined || values.part === 'queue')
  for (const gauges of [true, false]) await measureQueue(gauges)

async function compareCost(flight: number, stream: boolean, pace = 0): Promise<void> {
  const latency = Math.max(100, flight * (stream ? 0.5 : 1))
  await using server = await startServer('--tokens', values.tokens, '--latency', latency, '--pace', pace)
  const requests = Math.max(flight, stream ? (quick ? 64 : 128) : quick ? 500 : 2000)
  const all: Record<string, Measured[]> = { ours: [], openai: [], undici: [] }
  for (let round = 0; round < (flight > 1000 || pace > 0 ? 1 : rounds); round++) {
    for (const name of names)
      all[name]!.push(await runClient(server.url, name, flight, requests, stream ? ['--stream'] : []))
  }
  const how = stream
    ? `streamed${pace > 0 ? `, a token every ${pace} ms` : ', as fast as it goes'}`
    : 'one body'
  print(`\n${values.tokens} tokens an answer, ${how}, ${flight} in flight, ${requests} answers a client`)
  print('client   responses/s   CPU ms/response   peak MB   CPU against openai')
  const median = (name: string, pick: (one: Measured) => number): number =>
    all[name]!.map(pick).toSorted((a, b) => a - b)[Math.floor(all[name]!.length / 2)]!
  for (const name of names) {
    const cpu = median(name, (one) => one.cpuMs)
    const cells = [
      name.padEnd(6),
      median(name, (one) => one.perSecond)
        .toFixed(0)
        .padStart(13),
      cpu.toFixed(3).padStart(17),
      median(name, (one) => one.peakMb)
        .toFixed(0)
        .padStart(9),
      `${(cpu / median('openai', (one) => one.cpuMs)).toFixed(2)}x`.padStart(20),
    ]
    print(cells.join(' '))
  }
  if (new Set(names.map((name) => all[name]![0]!.characters)).size > 1)
    throw new Error('the clients did not all get the same text: the figures do not compare')
}

/** Log-normal latencies on as many slots as requests in flight, against a schedule of the same service times that costs nothing. */
async function measureMakespan(): Promise<void> {
  const [requests, width, median] = [quick ? 400 : 2000, 64, quick ? 600 : 1500]
  await using server = await startServer('--latency', median, '--lognormal', '--slots', width)
  const { seconds } = await runClient(server.url, 'ours', width, requests, ['--back-pressure'])
  const ideal = idealSeconds((await statsOf(server.url)).served, width)
  print(
    `\n${requests} answers with log-normal latency (median ${median} ms), ${width} slots: ${seconds.toFixed(2)} s, ideal ${ideal.toFixed(2)} s, ratio ${(seconds / ideal).toFixed(3)}`,
  )
}

/** In the order of asking, each request on the slot that is free first. */
function idealSeconds(served: [number, number][], width: number): number {
  const free = Array.from({ length: width }, () => 0)
  const inOrder = served.toSorted(([a], [b]) => a - b)
  for (const [, ms] of inOrder) free[free.indexOf(Math.min(...free))]! += ms
  return Math.max(...free) / 1000
}

/** A server that queues what it has no slot for, and a client that may send four times as much. */
async function measureQueue(gauges: boolean): Promise<void> {
  const [requests, width, median] = [quick ? 600 : 2000, 64, quick ? 600 : 1500]
  const flags = gauges ? ['--gauges'] : []
  await using server = await startServer('--latency', median, '--lognormal', '--slots', width, ...flags)
  await runClient(server.url, 'ours', 4 * width, requests, ['--back-pressure'])
  const { busyMs, fullSince, fullUntil, mostWaiting } = await statsOf(server.url)
  const busy = busyMs / (width * (fullUntil - fullSince))
  print(
    `\n${width} slots and a queue, ${gauges ? 'with' : 'without'} queue gauges, max_in_flight ${4 * width}: longest queue ${mostWaiting} (${(mostWaiting / width).toFixed(2)} x slots), slots ${(100 * Math.min(1, busy)).toFixed(1)} % busy while there was work`,
  )
}

type Stats = {
  mostWaiting: number
  busyMs: number
  fullSince: number
  fullUntil: number
  served: [number, number][]
}

async function statsOf(url: string): Promise<Stats> {
  return (await (await fetch(`${url}/stats`)).json()) as Stats
}

type Server = { url: string } & AsyncDisposable

async function startServer(...flags: (string | number)[]): Promise<Server> {
  const child: ChildProcess = fork(pathOf('canned-server.ts'), flags.map(String))
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

async function runClient(
  url: string,
  client: string,
  flight: number,
  requests: number,
  flags: string[],
): Promise<Measured> {
  const args = ['--url', url, '--client', client, '--flight', flight, '--requests', requests, ...flags]
  const { stdout } = await promisify(execFile)(process.execPath, [pathOf('client.ts'), ...args.map(String)])
  return JSON.parse(stdout) as Measured
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`generate/${name}`, import.meta.url))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
