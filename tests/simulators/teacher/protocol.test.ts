import * as fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { problemId } from '../../../schemas/problem.ts'
import { ITEMS, eventsOf, question, teacher } from './ask.ts'

describe('a chat completion', () => {
  test('has the shape of the protocol and usage that adds up', async () => {
    await using server = await teacher()
    const body = await server.ask('deepseek-r1', question(2))
    expect(body).toMatchObject({
      object: 'chat.completion',
      created: 1_735_689_600,
      model: 'deepseek-r1',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }],
    })
    const { usage } = body
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
    expect(usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(50)
    expect(usage.completion_tokens).toBeGreaterThan(usage.completion_tokens_details.reasoning_tokens)
    expect(body.choices[0]!.message.content).toContain('\\boxed{')
  })

  test('reads with the openai client, whole and streamed, to the same text', async () => {
    await using server = await teacher()
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 })
    const request = {
      model: 'qwen3-32b',
      messages: [{ role: 'user' as const, content: question(5) }],
      seed: 3,
    }
    const whole = await client.chat.completions.create(request)
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    })
    let [content, reasoning, finish, tokens] = ['', '', '', 0]
    for await (const chunk of stream) {
      const choice = chunk.choices[0]
      content += choice?.delta.content ?? ''
      reasoning += (choice?.delta as { reasoning?: string } | undefined)?.reasoning ?? ''
      finish += choice?.finish_reason ?? ''
      tokens = chunk.usage?.completion_tokens ?? tokens
    }
    const message = whole.choices[0]!.message as unknown as { content: string; reasoning: string }
    expect({ content, reasoning, finish }).toEqual({
      content: message.content,
      reasoning: message.reasoning,
      finish: 'stop',
    })
    expect(tokens).toBe(whole.usage?.completion_tokens)
    const models = await client.models.list()
    expect(models.data.map((model) => model.id)).toContain('qwen3-32b')
  })

  test('streams the usage after the finish chunk, with no choices, and only when asked', async () => {
    await using server = await teacher()
    const request = { model: 'gpt-oss-20b', messages: [{ role: 'user', content: question(1) }], stream: true }
    const asked = await (await server.post({ ...request, stream_options: { include_usage: true } })).text()
    const silent = await (await server.post(request)).text()
    const events = eventsOf(asked)
    expect(events.at(-1)).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) as number },
    })
    expect(events.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] })
    expect(asked.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(silent).not.toContain('"usage"')
    expect(eventsOf(silent)).toHaveLength(events.length - 1)
  })
})

describe('determinism', () => {
  test('the same request gets the same bytes from any server with the seed, in any order', async () => {
    await using one = await teacher({})
    await using other = await teacher({})
    const requests = ITEMS.slice(0, 24).map((_, index) => ({
      model: ['deepseek-r1', 'gpt-oss-120b', 'qwen3-8b'][index % 3],
      messages: [{ role: 'user', content: question(index) }],
      seed: index,
    }))
    const forwards = await Promise.all(requests.map(async (request) => (await one.post(request)).text()))
    const backwards: string[] = []
    for (const request of requests.toReversed()) backwards.push(await (await other.post(request)).text())
    expect(backwards.toReversed()).toEqual(forwards)
    expect(await (await one.post(requests[0])).text()).toBe(forwards[0])
  })

  test.each([
    ['server seed', { seed: 2 }, {}],
    ['request seed', {}, { seed: 8 }],
    ['temperature', {}, { temperature: 0.9 }],
    ['mode', {}, { chat_template_kwargs: { enable_thinking: false } }],
  ])('another %s gives another text', async (_name, simulator, extra) => {
    await using plain = await teacher()
    await using changed = await teacher({ spoil_scale: 0, ...simulator })
    const first = await plain.ask('qwen3-32b', question(2), { seed: 7 })
    const second = await changed.ask('qwen3-32b', question(2), { seed: 7, ...extra })
    expect(second.choices[0]!.message).not.toEqual(first.choices[0]!.message)
    expect(second.id).not.toBe(first.id)
  })
})

describe('recognising the problem', () => {
  test('whatever stands around it', async () => {
    await using server = await teacher()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(ITEMS.length - 1),
        fc.string({ maxLength: 80 }),
        fc.string({ maxLength: 80 }),
        async (index, before, after) => {
          const { problem } = ITEMS[index]!
          await server.ask('x', `${before}\n${problem.prompt.replaceAll(' ', '  ')}\n\n${after}`)
          expect(server.records.at(-1)).toMatchObject({
            problem: problem.source_id,
            problem_id: problemId(problem),
            answer_is_correct: true,
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('says so when it does not know the problem', async () => {
    await using server = await teacher({ spoil_scale: 0, problems: { limit: 100 } })
    const body = await server.ask('qwen3-32b', `Why is the sky blue? ${'Explain. '.repeat(200)}`)
    expect(body.choices[0]!.message.content).toContain('simulated teacher')
    expect(server.records[0]).toMatchObject({ problem: null, answer_is_correct: null, final_answer: null })
  })

  test('takes content parts, and only the last user message counts', async () => {
    await using server = await teacher()
    await server.post({
      model: 'x',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: question(0) }] },
        { role: 'assistant', content: 'Done.' },
        { role: 'user', content: [{ type: 'text', text: question(4) }] },
      ],
    })
    expect(server.records[0]!.problem).toBe(ITEMS[4]!.problem.source_id)
  })
})

describe('limits', () => {
  test('max_tokens cuts the very same text and says length', async () => {
    await using server = await teacher()
    const whole = await server.ask('deepseek-r1', question(23))
    const cut = await server.ask('deepseek-r1', question(23), { max_tokens: 100 })
    expect(cut.usage.completion_tokens).toBe(100)
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: null } })
    const start = cut.choices[0]!.message.reasoning!
    expect(whole.choices[0]!.message.reasoning!.startsWith(start)).toBe(true)
    expect(server.records[1]).toMatchObject({ finish_reason: 'length', answer_is_correct: null })
  })

  test('a cut inside the answer leaves the reasoning whole', async () => {
    await using server = await teacher()
    const whole = await server.ask('gpt-oss-20b', question(2))
    const limit = whole.usage.completion_tokens_details.reasoning_tokens + 5
    const cut = await server.ask('gpt-oss-20b', question(2), { max_completion_tokens: limit })
    expect(cut.choices[0]!.message.reasoning).toBe(whole.choices[0]!.message.reasoning)
    expect(whole.choices[0]!.message.content!.startsWith(cut.choices[0]!.message.content!)).toBe(true)
    expect(cut.usage.completion_tokens).toBe(limit)
  })

  test('more than the context is refused in the words of vLLM', async () => {
    await using server = await teacher({ context_length: 500 })
    const response = await server.post({
      model: 'x',
      messages: [{ role: 'user', content: question(0) }],
      max_tokens: 501,
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('maximum context length is 500 tokens')
    expect(server.records[0]!.status).toBe(400)
  })

  test.each([
    ['no JSON', '{'],
    ['no messages', { model: 'x' }],
    ['a bad temperature', { model: 'x', messages: [{ role: 'user', content: 'a' }], temperature: 9 }],
  ])('%s is a 400', async (_name, body) => {
    await using server = await teacher()
    const response = await server.post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'BadRequestError' } })
  })

  test('a demanded key is checked', async () => {
    await using server = await teacher({ spoil_scale: 0, api_key: 'right' })
    const body = { model: 'x', messages: [{ role: 'user', content: question(0) }] }
    expect((await server.post(body)).status).toBe(401)
    expect((await server.post(body, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await server.post(body, { authorization: 'Bearer right' })).status).toBe(200)
    expect(server.records.map((record) => record.status)).toEqual([401, 401, 200])
  })
})

function bodyOf(index: number): unknown {
  return { model: 'x', messages: [{ role: 'user', content: question(index) }] }
}

describe('concurrency', () => {
  test('requests over the limit wait in line', async () => {
    await using server = await teacher({ spoil_scale: 0, concurrency: 2, first_token_ms: 5 })
    const responses = await Promise.all(Array.from({ length: 20 }, (_, index) => server.post(bodyOf(index))))
    expect(responses.map((response) => response.status)).toEqual(Array(20).fill(200))
    const metrics = await (await fetch(new URL('/metrics', server.baseUrl))).text()
    expect(metrics).toContain('vllm:num_requests_running 0\n')
    expect(metrics).toContain('vllm:num_requests_waiting 0\n')
  })

  test('or are refused with Retry-After', async () => {
    const full = { concurrency: 1, when_full: 'refuse', first_token_ms: 3_600_000, retry_after_s: 7 } as const
    await using server = await teacher({ spoil_scale: 0, ...full })
    const leaving = new AbortController()
    const held = fetch(`${server.baseUrl}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(bodyOf(0)),
      signal: leaving.signal,
    }).catch((error: unknown) => error)
    while (server.records.length === 0) await new Promise(setImmediate)
    const refusal = await server.post(bodyOf(1))
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([429, '7'])
    leaving.abort()
    expect(await held).toBeInstanceOf(Error)
  })

  test('a client that leaves the line is logged and gives its place up', async () => {
    await using server = await teacher({ spoil_scale: 0, concurrency: 1, first_token_ms: 3_600_000 })
    const leaving = new AbortController()
    const requests = [0, 1].map((index) =>
      fetch(`${server.baseUrl}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(bodyOf(index)),
        signal: leaving.signal,
      }).catch((error: unknown) => error),
    )
    const metrics = new URL('/metrics', server.baseUrl)
    while (!(await (await fetch(metrics)).text()).includes('waiting 1')) await new Promise(setImmediate)
    leaving.abort()
    await Promise.all(requests)
    while (!(await (await fetch(metrics)).text()).includes('running 0')) await new Promise(setImmediate)
    expect(server.records.map((record) => record.status)).toContain(200)
    expect(server.records).toHaveLength(2)
  })
})
