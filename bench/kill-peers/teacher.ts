import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { latencyMs } from '../generate/canned-answer.ts'

/** A request as the teacher saw it. */
type Asked = {
  /** What was asked, hashed: the same for the same question in the same mode. */
  id: string
  /** Milliseconds of this process's clock. */
  at: number
  /** When the last byte of the answer was handed to the connection; missing where that was gone, or is open. */
  sentAt?: number
}

export type CountingTeacher = { url: string; asked: Asked[]; close(): Promise<void> }

const Body = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })).min(1),
  chat_template_kwargs: z.unknown().optional(),
})

/** A teacher on loopback that answers whatever it is asked after about so long, and remembers every request. */
export async function countingTeacher(medianMs: number): Promise<CountingTeacher> {
  const asked: Asked[] = []
  const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, (request, response) => {
    void (async () => {
      if (request.method !== 'POST') return void response.writeHead(404).end()
      const { data: body } = Body.safeParse(JSON.parse(await text(request)))
      // Curator looks for limits in the headers of a refusal.
      if (body === undefined) return void response.writeHead(400).end('{"error":{"message":"no messages"}}')
      const question = [body.messages.findLast(({ role }) => role === 'user'), body.chat_template_kwargs]
      const id = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16)
      const one: Asked = { id, at: performance.now() }
      asked.push(one)
      await sleep(latencyMs(asked.length, medianMs, true))
      if (response.destroyed) return
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(id)))
      one.sentAt = performance.now()
    })().catch(() => response.destroy())
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An answer by which its question is known again in whatever the asker stores. */
function answer(id: string): object {
  const content = `${'We add what is given and look at it once more. '.repeat(20)}This is answer ID-${id}. The answer is \\boxed{7}.`
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: 1_735_689_600,
    model: 'canned',
    choices: [{ index: 0, message: { role: 'assistant', content }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 260, total_tokens: 360 },
  }
}
