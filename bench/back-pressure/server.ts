import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { latencyMs } from '../generate/canned-answer.ts'

/*
 * A server that works on so many requests at a time and has the others wait, or refuses them, and shows its queue in one
 * way or in none. It counts what waits itself, so that the client is not asked how well it did. It runs as a process of its
 * own and prints its address.
 */
const { values } = parseArgs({
  options: {
    /** Requests worked on at the same time; 0 sets no limit. Several, after commas, take turns. */
    slots: { type: 'string', default: '0' },
    /** Seconds of a turn of slots and of refusals. */
    turn: { type: 'string', default: '10' },
    /** Median milliseconds of an answer; log-normal by its seed. */
    latency: { type: 'string', default: '2500' },
    /** How the queue is shown: gauges, header or props. */
    shows: { type: 'string', default: '' },
    /** An answer takes three times as long where so many run at its start, as with continuous batching. */
    batch: { type: 'string', default: '0' },
    /** Refuses with 429 what comes while so many are there, in the first quarter of each turn. */
    refuses: { type: 'string', default: '0' },
  },
})
const plan = values.slots.split(',').map(Number)
const turnMs = 1000 * Number(values.turn)
const [latency, batch, most] = [Number(values.latency), Number(values.batch), Number(values.refuses)]
const firstMs = 20
const queue: (() => void)[] = []
let running = 0
let refusals = 0
let startedAt = performance.now()
let sum = emptySum()

function emptySum() {
  return { since: performance.now(), ms: 0, waiting: 0, running: 0 }
}

function limit(): number {
  const turn = Math.floor((performance.now() - startedAt) / turnMs)
  const slots = plan[Math.min(turn, plan.length - 1)]!
  return slots === 0 ? Infinity : slots
}

/** Adds what was there since the counts changed for the last time; called before each change. */
function add(): void {
  const now = performance.now()
  const ms = now - sum.since
  sum.since = now
  sum.ms += ms
  sum.waiting += ms * queue.length
  sum.running += ms * running
}

function admit(): void {
  add()
  while (queue.length > 0 && running < limit()) {
    running += 1
    queue.shift()!()
  }
}

const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, (request, response) => {
  const { method, url } = request
  if (url === '/begin') {
    startedAt = performance.now()
    response.end()
  } else if (url === '/settled') {
    sum = emptySum()
    response.end()
  } else if (url === '/stats') {
    add()
    response.end(
      JSON.stringify({
        waiting: sum.waiting / sum.ms,
        running: sum.running / sum.ms,
        limit: limit(),
        refusals,
      }),
    )
  } else if (method === 'GET') sendPage(url, response)
  else void answer(request, response)
})

function sendPage(url: string | undefined, response: ServerResponse): void {
  if (url === '/metrics' && values.shows === 'gauges')
    response.end(`vllm:num_requests_running ${running}\nvllm:num_requests_waiting ${queue.length}\n`)
  else if (url === '/props' && values.shows === 'props')
    response.end(JSON.stringify({ total_slots: plan[0] }))
  else response.writeHead(404).end()
}

type Asked = { seed?: number; stream?: boolean; max_tokens?: number }

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = JSON.parse(await textOf(request)) as Asked
  const isBurst = most > 0 && (performance.now() - startedAt) % turnMs < turnMs / 4
  if (isBurst && running + queue.length >= most) {
    refusals += 1
    response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":{"message":"too many"}}')
    return
  }
  await new Promise<void>((resolve) => {
    add()
    queue.push(resolve)
    admit()
  })
  const slowness = batch === 0 ? 1 : 1 + (2 * running) / batch
  const ms = asked.max_tokens === 1 ? firstMs : firstMs + latencyMs(asked.seed ?? 0, latency, true) * slowness
  await sleep(firstMs)
  if (asked.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"one"}}]}\n\n')
  }
  await sleep(ms - firstMs)
  add()
  running -= 1
  admit()
  if (asked.stream === true)
    response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
  else sendBody(response, ms, request.headers['endpoint-load-metrics-format'] !== undefined)
}

function sendBody(response: ServerResponse, ms: number, wantsLoad: boolean): void {
  const load = { 'endpoint-load-metrics': `TEXT named_metrics.num_requests_waiting=${queue.length}.0` }
  response.writeHead(200, {
    'content-type': 'application/json',
    ...(values.shows === 'header' && wantsLoad ? load : {}),
  })
  const message = { role: 'assistant', content: 'one' }
  const timings =
    values.shows === 'props' ? { timings: { prompt_ms: firstMs, predicted_ms: ms - firstMs } } : {}
  response.end(
    JSON.stringify({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }], ...timings }),
  )
}

// Slots that become more are found although nobody leaves.
setInterval(admit, 100)
process.on('disconnect', () => process.exit(0))
server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
