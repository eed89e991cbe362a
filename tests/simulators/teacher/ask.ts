import type { SimulatorInput } from '../../../simulators/teacher/options.ts'
import { builtinItems } from '../../../problems/builtin/builtin-problems.ts'
import type { RequestRecord } from '../../../simulators/teacher/server/request-log.ts'
import { startSimulatedTeacher } from '../../../simulators/teacher/start.ts'

const INSTRUCTION = 'Please reason step by step, and put your final answer within \\boxed{}.'

/** The first built-in problems, four rounds of all kinds. */
export const ITEMS = [...builtinItems({ count: 116, seed: 1 })]

type Message = Record<string, unknown> & { content: string | null; reasoning?: string | null }
export type Body = {
  id: string
  model: string
  choices: { message: Message; finish_reason: string }[]
  usage: {
    prompt_tokens: number
    completion_tokens: number
    total_tokens: number
    completion_tokens_details: { reasoning_tokens: number }
  }
}

/** A running teacher and what it logged. Without other options it makes no mistakes. */
export async function teacher(simulator: SimulatorInput = { spoil_scale: 0 }): Promise<Teacher> {
  const records: RequestRecord[] = []
  const server = await startSimulatedTeacher({ simulator, onRequest: (record) => records.push(record) })
  async function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${server.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }
  return {
    baseUrl: server.baseUrl,
    records,
    post,
    async ask(model, content, extra = {}) {
      const response = await post({ model, messages: [{ role: 'user', content }], ...extra })
      if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`)
      return (await response.json()) as Body
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

export type Teacher = AsyncDisposable & {
  baseUrl: string
  records: RequestRecord[]
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  ask(model: string, content: string, extra?: Record<string, unknown>): Promise<Body>
}

/** A problem with the usual instruction after it. */
export function question(index: number): string {
  return `${ITEMS[index]!.problem.prompt}\n\n${INSTRUCTION}`
}

/** The events of a streamed response, the closing mark left out. */
export function eventsOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>)
}
