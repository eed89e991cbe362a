import { randomFrom } from '../../problems/builtin/random.ts'
import { SimulatorOptions } from '../../simulators/teacher/options.ts'
import { problemIndex } from '../../simulators/teacher/problem-index.ts'
import { builtinItems } from '../../problems/builtin/builtin-problems.ts'
import { ChatBody } from '../../simulators/teacher/chat-body.ts'
import { teach } from '../../simulators/teacher/teacher.ts'

const id = 'chatcmpl-canned'
const model = 'canned-model'

/** A chat completion of about this many tokens, nine tenths of them reasoning, as vLLM sends it. */
export function cannedAnswer(tokens: number): object {
  const { reasoning, answer } = texts(tokens)
  return {
    id,
    object: 'chat.completion',
    created: 1_735_689_600,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', reasoning, content: answer, tool_calls: [] },
        logprobs: null,
        finish_reason: 'stop',
        stop_reason: null,
      },
    ],
    usage: usage(tokens),
  }
}

/** The same as events of a stream, one token in each. */
export function cannedEvents(tokens: number): string[] {
  const { reasoning, answer } = texts(tokens)
  const delta = (fields: object, finish: string | null = null): string =>
    chunk([{ index: 0, delta: fields, logprobs: null, finish_reason: finish }])
  return [
    delta({ role: 'assistant', content: '' }),
    ...pieces(reasoning, Math.round(tokens * 0.9)).map((text) => delta({ reasoning: text })),
    ...pieces(answer, Math.round(tokens * 0.1)).map((text) => delta({ content: text })),
    delta({}, 'stop'),
    chunk([], { usage: usage(tokens) }),
    'data: [DONE]\n\n',
  ]
}

function chunk(choices: unknown, rest = {}): string {
  const head = { id, object: 'chat.completion.chunk', created: 1_735_689_600, model }
  return `data: ${JSON.stringify({ ...head, choices, ...rest })}\n\n`
}

/** The delay of the request with this seed; log-normal with a spread like that of answer lengths. */
export function latencyMs(seed: number, median: number, lognormal: boolean): number {
  return lognormal ? median * Math.exp(0.6 * randomFrom('latency', seed).normal()) : median
}

const charactersPerToken = 4.5

function texts(tokens: number): { reasoning: string; answer: string } {
  const prose = simulatedProse(tokens * charactersPerToken)
  const cut = Math.round(prose.length * 0.9)
  return { reasoning: prose.slice(0, cut), answer: prose.slice(cut) }
}

function pieces(text: string, count: number): string[] {
  const size = text.length / count
  return Array.from({ length: count }, (_, index) =>
    text.slice(Math.round(index * size), Math.round((index + 1) * size)),
  )
}

function usage(tokens: number): object {
  return {
    prompt_tokens: 120,
    completion_tokens: tokens,
    total_tokens: tokens + 120,
    completion_tokens_details: { reasoning_tokens: Math.round(tokens * 0.9) },
  }
}

/** What the simulated teacher writes for some problems, of this length. */
function simulatedProse(characters: number): string {
  const options = SimulatorOptions.parse({ spoil_scale: 0, problems: { seed: 1, limit: 50 } })
  const problems = problemIndex(options.problems)
  let prose = ''
  for (const { problem } of builtinItems({ count: 50, seed: 1 })) {
    const request = ChatBody.parse({
      model: 'deepseek-r1',
      messages: [{ role: 'user', content: problem.prompt }],
    })
    prose += `${teach(request, 30_000, options, problems).reply.reasoning}\n\n`
    if (prose.length > characters) break
  }
  return prose.slice(0, Math.round(characters))
}
