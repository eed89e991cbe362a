import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import OpenAI from 'openai'
import { Agent, fetch as undiciFetch } from 'undici'
import { openJournal } from '../../store/journal/writer.ts'
import type { ChatRequest } from '../../schemas/arm.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'

/*
 * One client process: keeps so many requests in flight, then reports what they cost as one JSON line. `ours` is the
 * endpoint client with every answer journalled and on disk; `openai` is the bare package in a loop; `undici` is a bare
 * request whose text is parsed. The last two store nothing and check nothing.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    client: { type: 'string' },
    flight: { type: 'string' },
    requests: { type: 'string' },
    stream: { type: 'boolean', default: false },
    'back-pressure': { type: 'boolean', default: false },
  },
})
const base = `${values.url!}/v1`
const flight = Number(values.flight)
const requests = Number(values.requests)
const { stream } = values

type Client = { ask(index: number): Promise<number>; close(): Promise<void> }

const clients: Record<string, () => Promise<Client>> = { ours, openai, undici }
const client = await clients[values.client!]!()
// A warm-up of its own size would favour nobody, but compilers and connections settle within a hundred requests.
await inFlight(Math.min(flight, 60), Math.min(flight, 60), 0)
await fetch(`${values.url!}/reset`)
const startCpu = process.cpuUsage()
const start = performance.now()
const characters = await inFlight(requests, flight, 1000)
const seconds = (performance.now() - start) / 1000
const cpu = process.cpuUsage(startCpu)
await client.close()
const report = {
  perSecond: requests / seconds,
  seconds,
  cpuMs: (cpu.user + cpu.system) / 1000 / requests,
  peakMb: process.resourceUsage().maxRSS / 1024,
  characters,
}
process.stdout.write(`${JSON.stringify(report)}\n`)

/** Asks for `count` answers, `width` at a time, and returns the characters of all of them. */
async function inFlight(count: number, width: number, firstSeed: number): Promise<number> {
  let next = 0
  let total = 0
  async function loop(): Promise<void> {
    while (next < count) {
      const index = next++
      const length = await client.ask(firstSeed + index)
      total += length
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, loop))
  return total
}

function bodyOf(seed: number): ChatRequest {
  const content = `Question ${seed}: how many of the numbers up to a thousand are divisible by seven?`
  return { model: 'canned-model', messages: [{ role: 'user', content }], max_tokens: 32_768, seed }
}

async function ours(): Promise<Client> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-bench-'))
  const journal = openJournal(join(folder, 'journal'), billOf)
  const endpoint = openEndpoint(
    'bench',
    Endpoint.parse({
      base_url: base,
      dialect: 'vllm',
      max_in_flight: flight,
      stream,
      back_pressure: values['back-pressure'],
    }),
  )
  return {
    async ask(index) {
      const { seed: _, ...request } = bodyOf(index)
      const sample = { key: String(index), problem_id: String(index), arm: 'bench', sample_index: 0 }
      const result = await endpoint.ask(request, {
        seed: index,
        onSend: () => journal.append({ type: 'intent', ...sample, at: Date.now() }),
      })
      if (!result.ok) throw new Error(result.message)
      const { attempts, body } = result
      await journal.append({ type: 'answered', ...sample, at: Date.now(), attempts, body })
      const { message } = (body as { choices: { message: { reasoning: string; content: string } }[] })
        .choices[0]!
      return message.reasoning.length + message.content.length
    },
    async close() {
      await endpoint.close()
      await journal.close()
      await rm(folder, { recursive: true })
    },
  }
}

type Text = { reasoning?: string; content?: string | null }

async function openai(): Promise<Client> {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, allowH2: false })
  const fetch = ((url: string, init: object) =>
    undiciFetch(url, { ...init, dispatcher: agent })) as unknown as typeof globalThis.fetch
  const api = new OpenAI({ baseURL: base, apiKey: 'none', maxRetries: 0, timeout: 3_600_000, fetch })
  return {
    async ask(index) {
      const body = bodyOf(index) as unknown as OpenAI.ChatCompletionCreateParamsNonStreaming
      if (!stream) {
        const answer = await api.chat.completions.create(body)
        return lengthOf(answer.choices[0]!.message)
      }
      const text = { reasoning: '', content: '' }
      const options = { include_usage: true }
      for await (const chunk of await api.chat.completions.create({
        ...body,
        stream: true,
        stream_options: options,
      })) {
        const delta: Text = chunk.choices[0]?.delta ?? {}
        text.reasoning += delta.reasoning ?? ''
        text.content += delta.content ?? ''
      }
      return lengthOf(text)
    },
    close: () => agent.destroy(),
  }
}

async function undici(): Promise<Client> {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, allowH2: false })
  return {
    async ask(index) {
      const { body } = await agent.request({
        origin: values.url!,
        path: '/v1/chat/completions',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...bodyOf(index), stream }),
      })
      if (!stream) {
        const answer = (await body.json()) as { choices: { message: Text }[] }
        return lengthOf(answer.choices[0]!.message)
      }
      let total = 0
      let rest = ''
      body.setEncoding('utf8')
      for await (const text of body as AsyncIterable<string>) {
        const lines = (rest + text).split('\n')
        rest = lines.pop()!
        for (const line of lines) {
          if (!line.startsWith('data: {')) continue
          const chunk = JSON.parse(line.slice(6)) as { choices: { delta: Text }[] }
          total += lengthOf(chunk.choices[0]?.delta ?? {})
        }
      }
      return total
    },
    close: () => agent.destroy(),
  }
}

function lengthOf({ reasoning, content }: Text): number {
  return (reasoning?.length ?? 0) + (content?.length ?? 0)
}
