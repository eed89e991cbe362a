import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as a test decides on it. */
export type ScriptedRequest = {
  model: string
  message: string
  temperature: unknown
  seed: number | undefined
}

/** What the server answers: a text, one that the token limit cut, or an HTTP status that refuses the request. */
export type ScriptedReply = string | { cut: string } | { status: number }

/**
 * An endpoint on loopback that answers with what `reply` returns, as teacher and as judge. Keeps every request in the
 * order in which they came.
 */
export async function scriptedEndpoint(
  reply: (request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>,
): Promise<{ baseUrl: string; requests: ScriptedRequest[] } & AsyncDisposable> {
  const requests: ScriptedRequest[] = []
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    )
  })

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (request.method === 'GET') return { status: 404, body: { error: { message: 'no list of models' } } }
    const body = JSON.parse(await text(request)) as {
      model: string
      messages: { content: string }[]
      temperature?: unknown
      seed?: number
    }
    const asked: ScriptedRequest = {
      model: body.model,
      message: body.messages.at(-1)!.content,
      temperature: body.temperature,
      seed: body.seed,
    }
    requests.push(asked)
    const said = await reply(asked)
    if (typeof said !== 'string' && 'status' in said)
      return { status: said.status, body: { error: { message: 'scripted refusal' } } }
    return {
      status: 200,
      body: {
        id: `made-${body.seed ?? 0}`,
        object: 'chat.completion',
        model: body.model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: typeof said === 'string' ? said : said.cut },
            finish_reason: typeof said === 'string' ? 'stop' : 'length',
          },
        ],
        usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
      },
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
