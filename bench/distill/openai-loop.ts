import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import OpenAI from 'openai'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'

/*
 * What somebody writes by hand: the `openai` package in a loop with so many requests in flight, each answer appended to a
 * JSONL file. It checks, filters and pairs nothing.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    problems: { type: 'string' },
    flight: { type: 'string' },
    out: { type: 'string' },
  },
})
const api = new OpenAI({ baseURL: `${values.url!}/v1`, apiKey: 'none', maxRetries: 0, timeout: 3_600_000 })
const requests = [...builtinProblems({ count: Number(values.problems), seed: 1 })].flatMap(
  ({ prompt }, index) => [false, true].map((thinks) => ({ prompt, index, thinks })),
)
const file = await open(values.out!, 'a')
const queue = requests.values()

async function loop(): Promise<void> {
  for (const { prompt, index, thinks } of queue) {
    const request = {
      model: 'canned',
      messages: [{ role: 'user' as const, content: prompt }],
      max_tokens: 32_768,
      seed: 2 * index + (thinks ? 1 : 0),
      chat_template_kwargs: { enable_thinking: thinks },
    }
    const answer = await api.chat.completions.create(request)
    await file.appendFile(`${JSON.stringify({ prompt, thinks, answer })}\n`)
  }
}
await Promise.all(Array.from({ length: Number(values.flight) }, loop))
await file.close()
