import type { ServerResponse } from 'node:http'
import { problemId } from '../../../schemas/problem.ts'
import { ChatBody } from '../chat-body.ts'
import { continuationProblem } from '../continuation.ts'
import type { ReplyShape } from '../reply-shapes/reply-shape.ts'
import { replyShapes } from '../reply-shapes/registry.ts'
import { contextVllm } from '../faults/context-faults.ts'
import type { Fault, Wire } from '../faults/fault.ts'
import type { SimulatorOptions } from '../options.ts'
import type { ProblemIndex } from '../problem-index.ts'
import { teach } from '../teacher.ts'
import { countTokens } from '../tokens.ts'
import { completionOf } from './completion.ts'
import { drawFault } from './draw-fault.ts'
import { refuse } from './refuse.ts'
import type { RequestLog, RequestRecord } from './request-log.ts'
import { sendBody, sendStream } from './send.ts'

/** Tokens that a chat template adds to each message. */
const MESSAGE_TOKENS = 4

const WHOLE: Wire = {
  headerDelayMs: 0,
  preludes: 0,
  preludeDelayMs: 0,
  stopAfter: 1,
  stopHow: 'reset',
  splitCharacter: false,
}

export type ChatServer = {
  options: SimulatorOptions
  problems: ProblemIndex
  log: RequestLog
  /** How often each request has come, by its key. */
  attempts: Map<string, number>
  now: () => number
}

/** Answers one chat-completions request: reads it, lets the teacher write, draws a fault, logs and sends. */
export async function answerChat(
  server: ChatServer,
  rawBody: string,
  response: ServerResponse,
): Promise<void> {
  const { options, log, now } = server
  const read = readBody(rawBody)
  if ('problem' in read) {
    log.write(refused(now(), '', 400))
    refuse(response, 400, read.problem, 'BadRequestError')
    return
  }
  const { body } = read
  const promptTokens = promptTokensOf(body)
  const asked = body.max_completion_tokens ?? body.max_tokens ?? null
  const maxTokens = asked ?? Math.max(1, options.context_length - promptTokens)
  if (promptTokens + maxTokens > options.context_length) {
    log.write({ ...refused(now(), body.model, 400), prompt_tokens: promptTokens })
    contextVllm.respond?.({ response, options, now, model: body.model, promptTokens, maxTokens })
    return
  }

  const heard = teach(body, maxTokens, options, server.problems)
  const attempt = (server.attempts.get(heard.key) ?? 0) + 1
  server.attempts.set(heard.key, attempt)
  const fault = drawFault(heard.key, attempt, options)
  const taught =
    fault?.mishear === undefined ? heard : teach(fault.mishear(body), maxTokens, options, server.problems)
  const problem = taught.item?.problem ?? null
  const answered = fault?.respond === undefined
  const plain = completionOf(taught, body.model, promptTokens, replyShapeOf(fault, options))
  const completion = fault?.alter?.(plain) ?? plain
  log.write({
    at: now(),
    id: answered ? completion.id : '',
    model: body.model,
    mode: taught.stance.mode,
    problem: problem?.source_id ?? null,
    problem_id: problem === null ? null : problemId(problem),
    seed: body.seed ?? null,
    attempt,
    status: fault?.status ?? 200,
    fault: fault?.name ?? null,
    spoiled: taught.spoiled,
    answer_is_correct: answered ? taught.correct : null,
    final_answer: answered ? taught.finalAnswer : null,
    finish_reason: answered ? completion.finishReason : null,
    prompt_tokens: promptTokens,
    completion_tokens: answered ? taught.completionTokens : 0,
  })
  if (fault?.respond !== undefined) {
    fault.respond({ response, options, now, model: body.model, promptTokens, maxTokens })
    return
  }
  const wire = { ...WHOLE, ...fault?.wire?.(options) }
  if (body.stream === true) {
    await sendStream(response, completion, body.stream_options?.include_usage === true, wire, options)
  } else {
    await sendBody(response, completion, wire, options)
  }
}

function replyShapeOf(fault: Fault | null, { dialect: usual }: SimulatorOptions): ReplyShape {
  return replyShapes[fault?.replyShape?.(usual) ?? usual]
}

/** The record of a request that never reached the teacher. */
export function refused(at: number, model: string, status: number): RequestRecord {
  return {
    at,
    id: '',
    model,
    mode: null,
    problem: null,
    problem_id: null,
    seed: null,
    attempt: 0,
    status,
    fault: null,
    spoiled: [],
    answer_is_correct: null,
    final_answer: null,
    finish_reason: null,
    prompt_tokens: 0,
    completion_tokens: 0,
  }
}

function readBody(raw: string): { body: ChatBody } | { problem: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(raw)
  } catch (error) {
    return { problem: `the body is not JSON: ${(error as Error).message}` }
  }
  const body = ChatBody.safeParse(parsed)
  if (body.success) {
    const problem = continuationProblem(body.data)
    return problem === null ? { body: body.data } : { problem }
  }
  const [issue] = body.error.issues
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` }
}

function promptTokensOf(body: ChatBody): number {
  return body.messages.reduce((total, message) => total + MESSAGE_TOKENS + countTokens(message.text), 0)
}
