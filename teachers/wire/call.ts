import type { ChatRequest } from '../../schemas/arm.ts'
import { CallError } from './call-error.ts'
import { describeFailure } from './describe-failure.ts'
import { openResponseReader, type ResponseReader } from './read-response.ts'
import type { SendOptions, Transport } from './transport.ts'

/** How one try is made. */
export type CallOptions = SendOptions & {
  /** From sending to the last byte. */
  deadlineMs: number
  signal?: AbortSignal | undefined
  /** Is told once when the first event of a streamed answer came: the server has begun to work on it. */
  onStart?: (() => void) | undefined
}

/**
 * One try: sends the request and returns the body of the answer, a stream merged into one, however it came.
 * @throws CallError for every failure of the wire or the server, and the signal's reason when it aborts
 */
export async function callOnce(
  transport: Transport,
  request: ChatRequest,
  { deadlineMs, signal, ...options }: CallOptions,
): Promise<unknown> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const timer = setTimeout(abort, deadlineMs)
  signal?.addEventListener('abort', abort)
  try {
    signal?.throwIfAborted()
    return await ask(transport, request, { ...options, signal: controller.signal })
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

async function ask(
  transport: Transport,
  request: ChatRequest,
  { signal, onStart, ...options }: Omit<CallOptions, 'deadlineMs'> & { signal: AbortSignal },
): Promise<unknown> {
  const reader = openResponseReader()
  let started = false
  try {
    for await (const bytes of await transport.send(request, signal, options)) {
      reader.push(bytes)
      if (!started && reader.started()) {
        started = true
        onStart?.()
      }
      if (reader.ended()) break
    }
  } catch (error) {
    // The answer is whole once its finish reason came, even if the connection broke before the usage.
    if (!reader.finished()) throw withPartial(error, reader)
  }
  return reader.whole()
}

/** A connection that breaks while a stream is on its way is a broken stream, whichever of the two says so first. */
function withPartial(error: unknown, reader: ResponseReader): unknown {
  const partial = reader.partial()
  if (partial === undefined) return error
  const failure = describeFailure(error)
  const broke = failure.status === 0 && !(error instanceof CallError) && failure.code !== 'bad_response'
  return new CallError({ ...failure, partial, ...(broke && { code: 'broken_stream' }) }, { cause: error })
}
