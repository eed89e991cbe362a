import { isObject } from '../../../../schemas/is-object.ts'
import type { FailureReason } from '../../../../schemas/reasons.ts'
import { CallError, type WireFailure } from '../../../../teachers/wire/call-error.ts'
import { classifyFailure } from '../../../../teachers/wire/classify-error.ts'
import { describeErrorBody } from '../../../../teachers/wire/error-body.ts'
import { requireAnswer } from '../../../../teachers/wire/read-response.ts'

/** A line of a service's output or error file; `number` is how often its sample had been exported before. */
export type BatchResult = { shard: number; key: string; number: number } & (
  | { ok: true; body: unknown }
  | { ok: false; status: number; code: FailureReason; message: string; retryable: boolean }
)

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads one result: `{custom_id, response: {status_code, body}, error}` as OpenAI writes it, or the body itself under
 * `response` or `body` (Together, Fireworks).
 *
 * @returns `undefined` for a line that is none of ours
 */
export function readResult(line: unknown): BatchResult | undefined {
  if (!isObject(line)) return undefined
  const [, shard, key, number = '0'] =
    /^(\d+)\.([0-9a-f]{32,64})(?:\.(\d+))?$/u.exec(String(line['custom_id'])) ?? []
  if (shard === undefined || key === undefined) return undefined
  const place = { shard: Number(shard), key, number: Number(number) }
  const response = isObject(line['response']) ? line['response'] : {}
  const status = typeof response['status_code'] === 'number' ? response['status_code'] : 200
  const body = bodyOf(response) ?? bodyOf(line)
  const noAnswer = status < 400 && isObject(body) ? whyNoAnswer(body) : undefined
  if (status < 400 && isObject(body) && noAnswer === undefined) return { ...place, ok: true, body }
  const failure = {
    ...(noAnswer ??
      describeErrorBody(line['error'] ?? body ?? 'the batch has no answer for this line', 'no answer')),
    ...(status >= 400 ? { status } : {}),
  }
  // A batch that ran out of time, or was cancelled, has not looked at the request at all.
  if (noAnswer === undefined && /expired|cancel/iu.test(`${failure.code} ${failure.message}`))
    return { ...place, ok: false, status, code: 'batch_expired', message: failure.message, retryable: true }
  const { code, retryable } = classifyFailure(
    failure.status === 0 && failure.code === ''
      ? new CallError({ ...failure, code: 'no_choices' }).failure
      : failure,
    { succeeded: true },
  )
  return { ...place, ok: false, status, code, message: failure.message, retryable }
}

/** A 200 of a batch is no answer where a live one would be none. */
function whyNoAnswer(body: unknown): WireFailure | undefined {
  try {
    requireAnswer(body)
    return undefined
  } catch (error) {
    if (error instanceof CallError) return error.failure
    throw error
  }
}

function bodyOf(holder: Fields): unknown {
  if (Array.isArray(holder['choices'])) return holder
  return holder['body']
}
