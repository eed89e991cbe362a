import { expect, onTestFinished, test } from 'vitest'
import type { ChatRequest } from '../../schemas/arm.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { checkEndpoint } from '../../teachers/endpoint/preflight.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { startSimulatedTeacher } from '../../simulators/teacher/start.ts'
import { completion, type Handler, type Loopback, sendJson, startLoopback } from './support/loopback.ts'

const request: ChatRequest = { model: 'my deployment', messages: [{ role: 'user', content: '1 + 1?' }] }

async function open(handler: Handler, path: string, options: Record<string, unknown> = {}) {
  const server = await startLoopback(handler)
  const endpoint = Endpoint.parse({
    base_url: addressOf(server, path),
    dialect: 'azure',
    api_key_env: 'AZURE_KEY',
    ...options,
  })
  const client = openEndpoint('main', endpoint, { apiKey: 'secret-key' })
  onTestFinished(() => client.close())
  return { client, server, endpoint }
}

function addressOf({ baseUrl }: Loopback, path: string): string {
  return baseUrl.replace(/\/v1$/u, path)
}

const models: Handler = (response) => sendJson(response, { data: [{ id: 'gpt-oss-120b' }] })
const good: Handler = (response) => sendJson(response, completion({ content: '2' }))

test.each([
  [
    '/openai',
    { api_version: '2024-10-21' },
    '/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21',
  ],
  ['/openai/v1/', {}, '/openai/v1/chat/completions'],
  ['/openai/v1', { api_version: 'preview' }, '/openai/v1/chat/completions?api-version=preview'],
  [
    '/models',
    { api_version: '2024-05-01-preview' },
    '/models/chat/completions?api-version=2024-05-01-preview',
  ],
])('below %s with %j it asks %s, streamed or not', async (path, options, asked) => {
  for (const stream of [false, true]) {
    const { client, server } = await open(good, path, { ...options, stream })
    expect(await client.ask(request)).toMatchObject({ ok: true })
    expect(server.received[0]!.path).toBe(asked)
    expect(server.received[0]!.headers['api-key']).toBe('secret-key')
    expect(server.received[0]!.headers.authorization).toBeUndefined()
  }
})

test('the list of models is asked with key and version, and says nothing about deployments', async () => {
  const { server, endpoint } = await open(models, '/openai', { api_version: '2024-10-21' })
  const check = await checkEndpoint('main', endpoint, ['my deployment'], { apiKey: 'secret-key' })
  expect(check).toEqual({ models: ['gpt-oss-120b'], warnings: [] })
  expect(server.received[0]).toMatchObject({
    path: '/openai/models?api-version=2024-10-21',
    headers: { 'api-key': 'secret-key' },
  })
})

test('a prompt that the content filter blocks costs its own sample only', async () => {
  const teacher = await startSimulatedTeacher({
    simulator: { first_attempts: ['prompt_blocked'], api_key: 'secret-key' },
  })
  onTestFinished(() => teacher.close())
  const options = { dialect: 'azure', base_url: teacher.baseUrl.replace(/\/v1$/u, '/openai') }
  const endpoint = Endpoint.parse({ ...options, api_version: '2024-10-21' })
  const client = openEndpoint('main', endpoint, { apiKey: 'secret-key' })
  onTestFinished(() => client.close())
  const result = await client.ask(request)
  expect(result).toMatchObject({ ok: false, code: 'content_filter', retryable: false })
  expect(result.attempts).toHaveLength(1)
})

test('an answer that the content filter ended is a refusal', async () => {
  const choice = {
    index: 0,
    finish_reason: 'content_filter',
    message: { role: 'assistant', content: 'First, we' },
    content_filter_results: { violence: { filtered: true, severity: 'medium' } },
  }
  const { client } = await open((response) => sendJson(response, { choices: [choice] }), '/openai/v1')
  const result = await client.ask(request)
  if (!result.ok) throw new Error(result.message)
  expect(readAnswer(result.body, { mode: 'non_thinking' })).toMatchObject({
    finish_state: 'refusal',
    answer: 'First, we',
  })
})

test('api_version is for azure', () => {
  const result = Endpoint.safeParse({ base_url: 'http://localhost/v1', api_version: '2024-10-21' })
  expect(result.error?.message).toContain('is for the dialect azure')
})
