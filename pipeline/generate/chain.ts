import type { ChatRequest } from '../../schemas/arm.ts'
import { hashOf } from '../../schemas/canonical.ts'
import type { Outcome } from '../../schemas/journal.ts'
import type { TruncationState } from '../../schemas/trace.ts'
import { continuationRequest, joinContinuation } from '../../teachers/continue-answer.ts'
import { readAnswer, type ReadAnswer } from '../../teachers/read-answer.ts'
import { readUsage } from '../../teachers/read-usage.ts'
import type { WantedSample } from '../samples.ts'

/** One request of a sample. The first one has the key of the sample, so that another policy finds its answer again. */
export type Step = { number: number; key: string; request: ChatRequest }

/** What a chain of requests came to. */
export type ChainEnd = {
  /** Of the last request that gave a text; of the first one where none did. */
  outcome: Outcome
  /** Its request. */
  request: ChatRequest
  /** The answer as one body, with its continuations joined; `undefined` when nothing came. */
  body: unknown
  /** The bodies that it was joined from. */
  bodies: unknown[]
  /** The body taken apart, with the finish state of a failure where it is one. */
  read: ReadAnswer
  truncation: TruncationState
  /** Requests with an outcome. */
  steps: number
  /** The token limit cut off the answer to the first request. */
  cut: boolean
}

export type Chain = { next: Step; end?: undefined } | { end: ChainEnd; next?: undefined }

/**
 * What a sample needs next, or what it came to: the one place that knows. Each further request follows from the first one
 * and the outcomes before it, so that asking, going on after a kill and sealing see the same chain.
 *
 * @param outcomes of the chain's requests, in their order
 */
export function followChain(
  sample: Pick<WantedSample, 'key' | 'arm' | 'dialect' | 'request'>,
  outcomes: readonly Outcome[],
): Chain {
  const { arm, key } = sample
  const [first, ...further] = outcomes
  if (first === undefined) return { next: { number: 0, key, request: sample.request } }
  let end = firstEnd(sample, first)
  for (let number = 1; ; number++) {
    const request = isCut(end) ? furtherRequest(sample, end, number) : undefined
    if (request === undefined) return { end }
    const outcome = further[number - 1]
    if (outcome === undefined)
      return { next: { number, key: hashOf({ v: 1, sample: key, step: number, request }), request } }
    const steps = number + 1
    const after =
      arm.truncated.policy === 'continue' ? continued(sample, end, outcome) : raised(sample, outcome)
    if (after === undefined) return { end: { ...end, truncation: 'step_failed', steps } }
    end = { ...end, ...after, outcome, request, steps }
  }
}

/** Whether the token limit cut off an answer, in its reasoning or behind it. */
export function isCut({ outcome, read }: Pick<ChainEnd, 'outcome' | 'read'>): boolean {
  return (
    outcome.type === 'answered' &&
    (read.finish_state === 'cut_in_think' || read.finish_state === 'cut_in_answer')
  )
}

function firstEnd({ arm, request }: Pick<WantedSample, 'arm' | 'request'>, outcome: Outcome): ChainEnd {
  const body = outcome.type === 'answered' ? outcome.body : outcome.partial
  const answer = readAnswer(body, arm)
  const read: ReadAnswer =
    outcome.type === 'answered'
      ? answer
      : { ...answer, finish_state: outcome.code === 'content_filter' ? 'refusal' : 'api_error' }
  const cut = isCut({ outcome, read })
  const bodies = body === undefined ? [] : [body]
  return { outcome, request, body, bodies, read, truncation: cut ? 'kept' : 'none', steps: 1, cut }
}

function furtherRequest(
  { arm, dialect, request }: Pick<WantedSample, 'arm' | 'dialect' | 'request'>,
  end: ChainEnd,
  number: number,
): ChatRequest | undefined {
  const { truncated, sampling } = arm
  if (truncated.policy === 'keep') return undefined
  if (truncated.policy === 'raise') {
    const limit = truncated.max_tokens[number - 1]
    return limit === undefined ? undefined : withLimit(request, limit)
  }
  if (number > truncated.rounds) return undefined
  // A server that does not count has generated what it was allowed to.
  const spent = readUsage(end.body).completion_tokens ?? number * sampling.max_tokens
  const limit = Math.min(sampling.max_tokens, truncated.max_tokens - spent)
  if (limit <= 0) return undefined
  const further = continuationRequest(request, end.body, arm, dialect)
  return further && withLimit(further, limit)
}

function withLimit(request: ChatRequest, limit: number): ChatRequest {
  const name = 'max_completion_tokens' in request ? 'max_completion_tokens' : 'max_tokens'
  return { ...request, [name]: limit }
}

type Further = Pick<ChainEnd, 'body' | 'bodies' | 'read' | 'truncation'>

/** `undefined` when no text came: what was there before is better than nothing. */
function raised({ arm }: Pick<WantedSample, 'arm'>, outcome: Outcome): Further | undefined {
  if (outcome.type === 'failed') return undefined
  const { body } = outcome
  const read = readAnswer(body, arm)
  if (read.finish_state === 'api_error' || read.finish_state === 'empty') return undefined
  return { body, bodies: [body], read, truncation: 'raised' }
}

function continued(
  { arm }: Pick<WantedSample, 'arm'>,
  before: ChainEnd,
  outcome: Outcome,
): Further | undefined {
  if (outcome.type === 'failed' || readAnswer(outcome.body, arm).finish_state === 'api_error')
    return undefined
  const body = joinContinuation(before.body, outcome.body, arm)
  const read = readAnswer(body, arm)
  return { body, bodies: [...before.bodies, outcome.body], read, truncation: 'continued' }
}
