import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { latencyMs } from '../generate/canned-answer.ts'
import { cannedTexts } from './canned-texts.ts'

/*
 * A server without a queue in a process of its own: it answers every request with a text of about 12 kB after a
 * log-normal delay that hangs on the request's seed. `/stats` says when the first request came and the last answer left,
 * and how long each answer took, in the order of the requests.
 */
const { values } = parseArgs({
  options: {
    latency: { type: 'string', default: '1000' },
    /** Most characters of a thought; the whole text of 12 kB unless given. */
    thought: { type: 'string' },
  },
})
const thoughtLength = values.thought === undefined ? undefined : Number(values.thought)
const median = Number(values.latency)

const Body = z.object({
  model: z.string(),
  messages: z.array(z.object({ content: z.string() })).min(1),
  seed: z.int().default(0),
  chat_template_kwargs: z.object({ enable_thinking: z.boolean().optional() }).optional(),
})

const write = cannedTexts()
const served: number[] = []
let firstAt = 0
let lastAt = 0

const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, (request, response) => {
  if (request.url === '/stats') {
    response.end(JSON.stringify({ served, spanMs: lastAt - firstAt }))
    return
  }
  if (request.method !== 'POST') {
    response.writeHead(404).end()
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => void answer(Buffer.concat(chunks).toString(), response))
})

async function answer(text: string, response: ServerResponse): Promise<void> {
  const begun = performance.now()
  firstAt ||= begun
  const place = served.push(0) - 1
  const body = Body.parse(JSON.parse(text))
  const bytes = Buffer.from(JSON.stringify(completion(body)))
  await sleep(Math.max(0, latencyMs(body.seed, median, true) - (performance.now() - begun)))
  response.writeHead(200, { 'content-type': 'application/json' }).end(bytes)
  lastAt = performance.now()
  served[place] = lastAt - begun
}

/** As vLLM sends it. */
function completion({ model, messages, seed, chat_template_kwargs }: z.infer<typeof Body>): object {
  const { reasoning: whole, answer: end } = write(messages.at(-1)!.content, seed)
  const reasoning = whole.slice(0, thoughtLength)
  const thinks = chat_template_kwargs?.enable_thinking !== false
  const message = thinks
    ? { role: 'assistant', reasoning, content: end, tool_calls: [] }
    : // What opens like a thought would be set aside.
      {
        role: 'assistant',
        reasoning: null,
        content: `**Solution**\n\n${reasoning}\n\n${end}`,
        tool_calls: [],
      }
  const tokens = Math.round((reasoning.length + end.length) / 4)
  return {
    id: `chatcmpl-${seed}`,
    object: 'chat.completion',
    created: 1_735_689_600,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop', stop_reason: null }],
    usage: { prompt_tokens: 120, completion_tokens: tokens, total_tokens: tokens + 120 },
  }
}

process.on('disconnect', () => process.exit(0))
server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
