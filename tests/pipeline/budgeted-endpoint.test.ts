import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { openBudget } from '../../pipeline/engine/budget.ts'
import type { BudgetLimits } from '../../pipeline/engine/budget-limits.ts'
import { withBudget } from '../../pipeline/engine/budgeted-endpoint.ts'
import type { ChatRequest } from '../../schemas/arm.ts'
import { StoppedError, UsageError } from '../../schemas/errors.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { fakeClock } from '../teachers/support/clock.ts'
import {
  chunk,
  completion,
  sendJson,
  sendStream,
  startLoopback,
  type Handler,
} from '../teachers/support/loopback.ts'

/* An answer takes 10 prompt and 20 completion tokens; with a dollar for each token that is $30. */
/** Counted with o200k_harmony. */
const arm = { teacher: 'gpt-oss', tokenizer: '', mode: 'thinking' } as const
const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: '1 + 1?' }], max_tokens: 60 }
const good = (response: ServerResponse): void => sendJson(response, completion({ content: '2' }))
const broken = (response: ServerResponse): void => sendStream(response, chunk({ content: 'The answer is' }))

async function open(limits: BudgetLimits, handler: Handler, options: Record<string, unknown> = {}) {
  const server = await startLoopback(handler)
  const price = { input: 1e6, output: 1e6, date: '2026-11-01', models: { free: { input: 0, output: 0 } } }
  const endpoint = Endpoint.parse({ base_url: server.baseUrl, dialect: 'vllm', price, ...options })
  const budget = openBudget(limits)
  const opened = openEndpoint('main', endpoint, { ...fakeClock(), random: () => 0.5 })
  onTestFinished(() => opened.close())
  return { client: withBudget(opened, budget, endpoint.price), budget, server }
}

test('a request takes the most it may cost, and leaves what it did cost', async () => {
  const seen: unknown[] = []
  const { client, budget } = await open({ usd: 1000 }, (response) => {
    seen.push(budget.state())
    good(response)
  })
  expect(await client.ask(request)).toMatchObject({ ok: true })
  // 60 tokens of answer, and 142 for a prompt of 5 with its template and a margin.
  expect(seen).toEqual([
    { spent: { nano_usd: 0, tokens: 0 }, reserved: { nano_usd: 202e9, tokens: 202 }, waiting: 0 },
  ])
  expect(budget.state()).toEqual({
    spent: { nano_usd: 30e9, tokens: 30 },
    reserved: { nano_usd: 0, tokens: 0 },
    waiting: 0,
  })
})

test('nothing leaves that does not fit, and the others wait for those under way', async () => {
  let most = 0
  const { client, budget, server } = await open({ tokens: 500 }, async (response) => {
    most = Math.max(most, budget.state().reserved.tokens)
    await new Promise((resolve) => setImmediate(resolve))
    good(response)
  })
  const settled = await Promise.allSettled(Array.from({ length: 14 }, () => client.ask(request)))
  const refused = settled.filter((result) => result.status === 'rejected')
  expect(server.received).toHaveLength(10)
  expect(budget.state().spent.tokens).toBe(300)
  expect(most).toBeLessThanOrEqual(500)
  expect(refused).toHaveLength(4)
  expect(refused.every(({ reason }) => reason instanceof StoppedError)).toBe(true)
})

test('a broken try counts by the text that came, and another one needs cover again', async () => {
  const { client, budget } = await open(
    { usd: 1000 },
    (response, index) => (index === 0 ? broken : good)(response),
    { stream: true },
  )
  const result = await client.ask(request, { arm })
  expect(result.attempts).toMatchObject([
    { error: 'broken_stream', completion_tokens: 3, estimated: true },
    { error: '' },
  ])
  const [first] = result.attempts
  expect(budget.state().spent.tokens).toBe(first!.prompt_tokens! + 3 + 30)

  const tight = await open({ tokens: 210 }, broken, { stream: true })
  const attempts: unknown[] = []
  await expect(tight.client.ask(request, { onAttempt: (attempt) => attempts.push(attempt) })).rejects.toThrow(
    'the budget is used up',
  )
  expect(attempts).toHaveLength(1)
  expect(tight.server.received).toHaveLength(1)
})

test('a refusal costs nothing', async () => {
  const { client, budget } = await open({ usd: 1000 }, (response) =>
    sendJson(response, { error: { message: 'no' } }, 400),
  )
  expect(await client.ask(request)).toMatchObject({ ok: false })
  expect(budget.state().spent).toEqual({ nano_usd: 0, tokens: 0 })
})

test('what the server says it charged is what is spent, and a model may have its own price', async () => {
  const charged = await open({ usd: 1000 }, (response) => {
    const usage = { prompt_tokens: 10, completion_tokens: 20, cost: 0.5 }
    sendJson(response, { ...completion({ content: '2' }), usage })
  })
  await charged.client.ask(request)
  expect(charged.budget.state().spent).toEqual({ nano_usd: 0.5e9, tokens: 30 })

  const free = await open({ usd: 1 }, good)
  await free.client.ask({ ...request, model: 'free' })
  expect(free.budget.state().spent).toEqual({ nano_usd: 0, tokens: 30 })
  await expect(free.client.ask(request)).rejects.toThrow('the budget is used up')
})

test('a request without a limit of its answer is refused under a budget', async () => {
  const { client } = await open({ usd: 1 }, good)
  const { max_tokens: _most, ...endless } = request
  await expect(client.ask(endless as ChatRequest)).rejects.toBeInstanceOf(UsageError)
})

test('several servers end at the budget as one does: none of them is set aside for it', async () => {
  const [one, other] = [await startLoopback(good), await startLoopback(good)]
  const endpoint = Endpoint.parse({ base_url: [one.baseUrl, other.baseUrl], dialect: 'vllm' })
  const told: string[] = []
  const tell = (text: string): number => told.push(text)
  const opened = openEndpoint('main', endpoint, { ...fakeClock(), random: () => 0.5, tell })
  onTestFinished(() => opened.close())
  const client = withBudget(opened, openBudget({ tokens: 210 }), undefined)
  expect(await client.ask(request)).toMatchObject({ ok: true })
  await expect(client.ask(request)).rejects.toThrow(/^the budget is used up: [^(]*\(budget\.tokens\) spent/u)
  await expect(client.ask(request)).rejects.toThrow(/to go on$/u)
  expect(told).toEqual([])
})

test('several choices take the room of each of them', async () => {
  const { client, server } = await open({ tokens: 250 }, good)
  await expect(client.ask({ ...request, n: 2 })).rejects.toThrow('the budget is used up')
  expect(server.received).toHaveLength(0)
})

test('the look at a stream is covered like every request', async () => {
  const { client, budget, server } = await open({ tokens: 210 }, (response) =>
    sendStream(response, chunk({ content: 'The answer is' }), chunk({}, 'stop'), 'data: [DONE]\n\n'),
  )
  const order: string[] = []
  const look = () =>
    client.streamForm(request, {
      arm,
      signal: new AbortController().signal,
      onSend: () => void order.push(`${budget.state().reserved.tokens} set aside`),
    })
  const { billed } = await look()
  expect(billed).toMatchObject({ completion_tokens: 3, estimated: true })
  expect(budget.state()).toMatchObject({
    spent: { tokens: 3 + billed.prompt_tokens! },
    reserved: { tokens: 0 },
  })
  await expect(look()).rejects.toThrow('the budget is used up')
  expect(order).toEqual(['202 set aside'])
  expect(server.received).toHaveLength(1)
})
