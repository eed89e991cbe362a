import type { ChatRequest } from '../../schemas/arm.ts'
import { assembleStream } from './assemble-stream.ts'
import { CallError } from './call-error.ts'
import { describeErrorBody, describeFailure } from './describe-failure.ts'
import { openEventStream } from './event-stream.ts'
import { endWord } from '../reply/finish-word.ts'
import { isObject, textOf } from '../json.ts'
import type { Transport } from './transport.ts'

/** How one try is made. */
export type CallOptions = {
  /** From sending to the last byte. */
  deadlineMs: number
  signal?: AbortSignal | undefined
}

/**
 * One try: sends the request and returns the body of the answer, a stream merged into one.
 * @throws CallError for every failure of the wire or the server, and the signal's reason when it aborts
 */
export async function callOnce(
  transport: Transport,
  request: ChatRequest,
  { deadlineMs, signal }: CallOptions,
): Promise<unknown> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = setTimeout(abort, deadlineMs)
  signal?.addEventListener('abort', abort)
  try {
    signal?.throwIfAborted()
    return await (request['stream'] === true ? stream : whole)(transport, request, controller.signal)
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason
    if (!controller.signal.aborted)
      throw error instanceof CallError ? error : new CallError(describeFailure(error))
    const partial = error instanceof CallError ? error.failure.partial : undefined
    const message = `no whole answer within ${deadlineMs / 1000} s`
    throw new CallError({ code: 'timeout', message, partial })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function whole(transport: Transport, request: ChatRequest, signal: AbortSignal): Promise<unknown> {
  return parseBody(await transport.ask(request, signal))
}

async function stream(transport: Transport, request: ChatRequest, signal: AbortSignal): Promise<unknown> {
  const assembly = assembleStream()
  const events = openEventStream((data) => {
    if (data !== '[DONE]') assembly.add(parseEvent(data))
  })
  const decoder = new TextDecoder()
  let streamed = false
  let text = ''
  let failure: unknown
  try {
    await transport.post(request, signal, (type) => {
      streamed = type.includes('event-stream')
      // A server that does not stream, or refuses with a 200, sends one body.
      return streamed
        ? (bytes) => events.push(bytes)
        : (bytes) => (text += decoder.decode(bytes, { stream: true }))
    })
    if (!streamed) return parseBody(text)
    events.end()
  } catch (error) {
    if (!streamed) throw error
    failure = error
  }
  // The answer is whole once its finish reason came, even if the connection broke before the usage.
  if (assembly.finished()) return checkBody(assembly.body())
  const partial = assembly.body()
  if (failure === undefined) {
    throw new CallError({
      code: 'broken_stream',
      message: 'the stream ended without a finish_reason',
      partial,
    })
  }
  throw new CallError({ ...describeFailure(failure), partial }, { cause: failure })
}

/** The chunk in an event, of which servers also make use to report that generation failed. */
function parseEvent(data: string): unknown {
  const chunk: unknown = JSON.parse(data)
  if (!isObject(chunk) || chunk['error'] === undefined || chunk['error'] === null) return chunk
  const failure = describeErrorBody(chunk, 'an error without a message')
  throw new CallError({ ...failure, status: failure.status || 500 })
}

function parseBody(text: string): unknown {
  const start = text.trimStart()
  if (start.startsWith('<')) {
    throw new CallError({ code: 'html', message: `a web page instead of an answer: ${start.slice(0, 100)}` })
  }
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    const what = start === '' ? 'an empty response' : `a response that is not JSON: ${start.slice(0, 100)}`
    throw new CallError({ code: 'bad_response', message: what }, { cause: error })
  }
  return checkBody(body)
}

/** A 200 can be an error, or an answer that the server gave up. */
function checkBody(body: unknown): unknown {
  const choices = isObject(body) ? body['choices'] : undefined
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined
  if (!isObject(choice) || !isObject(choice['message'])) {
    if (isObject(body) && (body['error'] !== undefined || body['object'] === 'error')) {
      const failure = describeErrorBody(body, 'an error without a message')
      throw new CallError({ ...failure, status: failure.status || 500 })
    }
    throw new CallError({
      code: 'no_choices',
      message: `no choices in ${JSON.stringify(body).slice(0, 100)}`,
    })
  }
  const reason = textOf(choice, 'finish_reason')
  if (endWord(reason) === 'broken' || isObject(choice['error'])) {
    const { message } = describeErrorBody(choice, `the server broke off with finish_reason ${reason}`)
    throw new CallError({ code: 'broken_off', message, partial: body })
  }
  return body
}
