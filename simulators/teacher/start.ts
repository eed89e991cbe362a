import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SimulatorOptions, type SimulatorInput } from './options.ts'
import { problemIndex } from './problem-index.ts'
import { type ChatServer, answerChat, refused } from './server/answer-chat.ts'
import { refuse } from './server/refuse.ts'
import { type RequestRecord, requestLog } from './server/request-log.ts'
import { type Slots, slots } from './server/slots.ts'

/** Largest request body that is read, in bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

export type StartOptions = {
  /** What the teacher is like, see `SimulatorOptions`. */
  simulator?: SimulatorInput
  /** TCP port, 0 for a free one. */
  port?: number
  /** Address to listen on; the loopback address unless said otherwise. */
  host?: string
  /** File that gets one JSON line per request, appended. */
  log?: string
  /** Hears of every request as it is logged. */
  onRequest?: (record: RequestRecord) => void
  /** Clock of the log, milliseconds since 1970. */
  now?: () => number
}

export type SimulatedTeacher = {
  /** Base URL of the API, `http://127.0.0.1:PORT/v1`. */
  baseUrl: string
  /** Stops at once: open connections are cut. */
  close(): Promise<void>
}

/**
 * Starts a teacher that answers the built-in problems over the OpenAI chat-completions protocol, streaming or not. Wrong
 * options throw a ZodError.
 */
export async function startSimulatedTeacher(start: StartOptions = {}): Promise<SimulatedTeacher> {
  const options = SimulatorOptions.parse(start.simulator ?? {})
  const log = requestLog(start.log ?? null, start.onRequest ?? (() => {}))
  const chat: ChatServer = {
    options,
    problems: problemIndex(options.problems),
    log,
    attempts: new Map(),
    now: start.now ?? Date.now,
  }
  const places = slots(options.concurrency)
  const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, (request, response) => {
    handle(request, response, chat, places).catch((error: unknown) => {
      // A client that went away needs no answer; anything else is a defect and must be seen.
      if (response.destroyed) return
      if (response.headersSent) response.destroy()
      else refuse(response, 500, `the simulator failed: ${(error as Error).stack}`, 'InternalServerError')
    })
  })
  const host = start.host ?? '127.0.0.1'
  server.listen({ port: start.port ?? 0, host, backlog: 4096 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${port}/v1`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      log.close()
    },
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  chat: ChatServer,
  places: Slots,
): Promise<void> {
  const path = usualPath(new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/+$/, ''))
  if (request.method === 'GET' && path === '/health') response.end()
  else if (request.method === 'GET' && path === '/metrics') sendMetrics(response, places)
  else if (!authorized(request, chat.options)) {
    if (path === '/v1/chat/completions') chat.log.write(refused(chat.now(), '', 401))
    refuse(response, 401, 'Incorrect API key provided', 'invalid_request_error')
  } else if (request.method === 'GET' && path === '/v1/models') sendModels(response, chat.options)
  else if (request.method === 'POST' && path === '/v1/chat/completions') {
    await handleChat(request, response, chat, places)
  } else refuse(response, 404, `there is no ${request.method} ${path}`, 'NotFoundError')
}

/** Azure's addresses as everybody else has them: below `/openai/v1`, or one for each deployment. */
function usualPath(path: string): string {
  return path.replace(/^\/openai(?:\/v1|\/deployments\/[^/]+|(?=\/models$))/, '/v1')
}

async function handleChat(
  request: IncomingMessage,
  response: ServerResponse,
  chat: ChatServer,
  places: Slots,
): Promise<void> {
  const { options, log, now } = chat
  const body = await readText(request)
  if (body === null) {
    log.write(refused(now(), '', 413))
    refuse(response, 413, `the body is larger than ${MAX_BODY_BYTES} bytes`, 'BadRequestError')
    return
  }
  if (options.when_full === 'refuse' && places.full()) {
    log.write(refused(now(), '', 429))
    refuse(response, 429, 'too many requests are being answered', 'rate_limit_error', {
      'retry-after': String(options.retry_after_s),
    })
    return
  }
  if (!(await places.enter(response))) {
    log.write(refused(now(), '', 499))
    return
  }
  try {
    await answerChat(chat, body, response)
  } finally {
    places.leave()
  }
}

async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')
}

function authorized(request: IncomingMessage, options: SimulatorOptions): boolean {
  const { authorization, 'api-key': azureKey } = request.headers
  return (
    options.api_key === null || authorization === `Bearer ${options.api_key}` || azureKey === options.api_key
  )
}

function sendModels(response: ServerResponse, options: SimulatorOptions): void {
  const data = options.models.map((id) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'twinstill-simulator',
    max_model_len: options.context_length,
  }))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ object: 'list', data }))
}

/** The queue gauges of vLLM, in the text format of Prometheus. */
function sendMetrics(response: ServerResponse, places: Slots): void {
  const { running, waiting } = places.counts()
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  response.end(
    `# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running ${running}\n` +
      `# TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting ${waiting}\n`,
  )
}
