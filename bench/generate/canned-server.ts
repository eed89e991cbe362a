import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { slots } from '../../simulators/teacher/server/slots.ts'
import { cannedAnswer, cannedEvents, latencyMs } from './canned-answer.ts'

/*
 * A server that does next to nothing, so that the client and not the server is measured: it sends the same realistic
 * answer to everyone, after a delay, at most so many at a time and the others in a queue. It runs as a process of its
 * own and prints its address.
 */
const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '3000' },
    /** Milliseconds before an answer; with `lognormal` the median of its distribution. */
    latency: { type: 'string', default: '300' },
    lognormal: { type: 'boolean', default: false },
    /** Requests that are answered at the same time; 0 sets no limit. */
    slots: { type: 'string', default: '0' },
    /** Serves the queue gauges of vLLM. */
    gauges: { type: 'boolean', default: false },
    /** Milliseconds between the tokens of a stream, each a packet of its own; 0 sends them as fast as they go. */
    pace: { type: 'string', default: '0' },
  },
})
const tokens = Number(values.tokens)
const pace = Number(values.pace)
const limit = Number(values.slots)
const body = JSON.stringify(cannedAnswer(tokens))
const events = cannedEvents(tokens)
const burst = Buffer.from(events.join(''))
const places = slots(limit === 0 ? null : limit)

/** What a benchmark asks for in the end; service times are those on the clock, by the seed of the request. */
const seen = unseen()

const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, (request, response) => {
  if (request.url === '/stats') response.end(JSON.stringify(seen))
  else if (request.url === '/reset') {
    Object.assign(seen, unseen())
    response.end()
  } else if (request.url === '/metrics') sendGauges(response)
  else if (request.method !== 'POST') response.writeHead(404).end()
  else {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void answer(Buffer.concat(chunks).toString(), response))
  }
})

function unseen() {
  const served: [seed: number, ms: number, begun: number][] = []
  return {
    since: performance.now(),
    mostWaiting: 0,
    busyMs: 0,
    fullSince: 0,
    fullUntil: 0,
    lastAt: 0,
    served,
  }
}

async function answer(text: string, response: ServerResponse): Promise<void> {
  const { seed = 0, stream = false } = JSON.parse(text) as { seed?: number; stream?: boolean }
  const entered = places.enter(response)
  const { running, waiting } = places.counts()
  seen.mostWaiting = Math.max(seen.mostWaiting, waiting)
  if (running === limit && seen.fullSince === 0) seen.fullSince = performance.now()
  if (!(await entered)) return
  const begun = performance.now()
  const latency = latencyMs(seed, Number(values.latency), values.lognormal)
  await sleep(latency)
  if (stream) await sendStream(response)
  else response.writeHead(200, { 'content-type': 'application/json' }).end(bodyFor(latency))
  if (places.counts().running === limit) seen.fullUntil = performance.now()
  places.leave()
  seen.lastAt = performance.now()
  const ms = seen.lastAt - begun
  seen.busyMs += seen.lastAt - Math.max(begun, seen.since)
  seen.served.push([seed, ms, begun])
}

/** As long as it took: tokens come at an even pace. */
function bodyFor(latency: number): string {
  const count = values.lognormal ? Math.round((tokens * latency) / Number(values.latency)) : tokens
  return body.replace('"completion_tokens":' + tokens, '"completion_tokens":' + count)
}

async function sendStream(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (pace === 0) {
    response.end(burst)
    return
  }
  for (const event of events) {
    if (response.destroyed) return
    response.write(event)
    await sleep(pace)
  }
  response.end()
}

function sendGauges(response: ServerResponse): void {
  const { running, waiting } = places.counts()
  if (!values.gauges) response.writeHead(404).end()
  else response.end(`vllm:num_requests_running ${running}\nvllm:num_requests_waiting ${waiting}\n`)
}

process.on('disconnect', () => process.exit(0))
server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
