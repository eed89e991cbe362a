import type { ChatRequest } from '../../schemas/arm.ts'
import type { StreamForm } from '../../schemas/probe.ts'
import { firstChoice } from '../reply/message-texts.ts'
import { finishReasonOf } from '../reply/read-answer.ts'
import { readUsage } from '../reply/read-usage.ts'
import { CallError } from '../wire/call-error.ts'
import { describeFailure } from '../wire/describe-failure.ts'
import { openResponseReader } from '../wire/read-response.ts'
import type { Transport } from '../wire/transport.ts'

/** How a streamed answer came, and the body that its chunks make up. */
export type Streamed = { form: StreamForm; body: unknown }

/**
 * Asks for one answer as a stream and looks at how it comes, which merging it into one body would hide.
 *
 * @throws CallError when none came
 */
export async function readStreamForm(
  transport: Pick<Transport, 'send'>,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Streamed> {
  const reader = openResponseReader()
  let body: unknown
  try {
    for await (const bytes of await transport.send(request, signal)) {
      reader.push(bytes)
      if (reader.ended()) break
    }
    body = wholeOrPartial()
  } catch (error) {
    throw new CallError(describeFailure(error), { cause: error })
  }
  const { events, doneMark } = reader.form()
  const finish_reason = finishReasonOf(firstChoice(body))
  return {
    form: { events, finish_reason, usage: readUsage(body).completion_tokens !== null, done_mark: doneMark },
    body,
  }

  /** A stream without its end is what a probe is to find out. */
  function wholeOrPartial(): unknown {
    try {
      return reader.whole()
    } catch (error) {
      const partial = reader.partial()
      if (partial === undefined) throw error
      return partial
    }
  }
}
