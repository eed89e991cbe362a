import type { ChatRequest } from '../../schemas/arm.ts'
import type { StreamForm } from '../../schemas/probe.ts'
import { assembleStream } from '../wire/assemble-stream.ts'
import { CallError } from '../wire/call-error.ts'
import { describeFailure } from '../wire/describe-failure.ts'
import { openEventStream } from '../wire/event-stream.ts'
import { isObject, parseJson, textOf } from '../json.ts'
import { readUsage } from '../reply/read-usage.ts'
import type { Transport } from '../wire/transport.ts'

/** How a streamed answer came, and the body that its chunks make up. */
export type Streamed = { form: StreamForm; body: unknown }

/**
 * Asks for one answer as a stream and looks at how it comes, which merging it into one body would hide.
 *
 * @throws CallError when none came
 */
export async function readStreamForm(
  transport: Pick<Transport, 'post'>,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Streamed> {
  const assembly = assembleStream()
  const decoder = new TextDecoder()
  let events = false
  let text = ''
  let done_mark = false
  const stream = openEventStream((data) => {
    if (data === '[DONE]') done_mark = true
    else assembly.add(parseJson(data))
  })
  const sent = { ...request, stream: true, stream_options: { include_usage: true } }
  try {
    await transport.post(sent, signal, (type) => {
      events = type.includes('event-stream')
      return events
        ? (bytes) => stream.push(bytes)
        : (bytes) => (text += decoder.decode(bytes, { stream: true }))
    })
    stream.end()
  } catch (error) {
    throw new CallError(describeFailure(error), { cause: error })
  }
  const body = events ? assembly.body() : parseJson(text)
  const choices = isObject(body) && Array.isArray(body['choices']) ? (body['choices'] as unknown[]) : []
  const [first] = choices
  const finish_reason = isObject(first) ? textOf(first, 'finish_reason') : ''
  return {
    form: { events, finish_reason, usage: readUsage(body).completion_tokens !== null, done_mark },
    body,
  }
}
