import type { ChatRequest } from '../../../schemas/arm.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import type { TruncationState } from '../../../schemas/trace.ts'
import { continuationRequest, joinContinuation } from '../../../teachers/request/continue-answer.ts'
import { readAnswer, type ReadAnswer } from '../../../teachers/reply/read-answer.ts'
import { readUsage } from '../../../teachers/reply/read-usage.ts'
import type { WantedSample } from './samples.ts'

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
  sample: Pick<WantedSample, 'key' | 'arm' | 'rules' | 'dialect' | 'request'>,
  outcomes: readonly Outcome[],
): Chain {
  const { key } = sample
  const [first, ...further] = outcomes
  if (first === undefined) return { next: { number: 0, key, request: sample.request } }
  let end = firstEnd(sample, first)
  for (let number = 1; ; number++) {
    const request = isCut(end) ? furtherRequest(sample, end, number) : undefined
    if (request === undefined) return { end }
    const outcome = further[number - 1]
    if (outcome === undefined)
      return { next: { number, key: hashOf({ v: 1, sample: key, step: number, request }), request } }
    const after = takeStep(sample, end, { request, outcome })
    if (after.truncation === 'step_failed') return { end: after }
    end = after
  }
}

/** Whether the token limit cut off an answer, in its reasoning or behind it. */
export function isCut({ outcome, read }: Pick<ChainEnd, 'outcome' | 'read'>): boolean {
  return (
    outcome.type === 'answered' &&
    (read.finish_state === 'cut_in_think' || read.finish_state === 'cut_in_answer')
  )
}

function firstEnd(
  { arm, rules, request }: Pick<WantedSample, 'arm' | 'rules' | 'request'>,
  outcome: Outcome,
): ChainEnd {
  const body = outcome.type === 'answered' ? outcome.body : outcome.partial
  const answer = readAnswer(body, { mode: arm.mode, rules })
  const read: ReadAnswer =
    outcome.type === 'answered'
      ? answer
      : { ...answer, finish_state: outcome.code === 'content_filter' ? 'refusal' : 'api_error' }
  const cut = isCut({ outcome, read })
  return { outcome, request, body, read, truncation: cut ? 'kept' : 'none', steps: 1, cut }
}

function furtherRequest(
  { arm, dialect, request }: Pick<WantedSample, 'arm' | 'dialect' | 'request'>,
  end: ChainEnd,
  number: number,
): ChatRequest | undefined {
  const { truncated } = arm
  if (truncated.policy === 'keep') return undefined
  if (truncated.policy === 'raise') {
    const limit = truncated.max_tokens[number - 1]
    return limit === undefined ? undefined : withLimit(request, limit)
  }
  if (number > truncated.rounds) return undefined
  const most = Number(request[limitName(request)])
  // A server that does not count has generated what it was allowed to.
  const spent = readUsage(end.body).completion_tokens ?? number * most
  const limit = Math.min(most, truncated.max_tokens - spent)
  if (limit <= 0) return undefined
  const further = continuationRequest(request, end.body, arm, dialect)
  return further && withLimit(further, limit)
}

function withLimit(request: ChatRequest, limit: number): ChatRequest {
  return { ...request, [limitName(request)]: limit }
}

function limitName(request: ChatRequest): 'max_completion_tokens' | 'max_tokens' {
  return 'max_completion_tokens' in request ? 'max_completion_tokens' : 'max_tokens'
}

/** The end of a chain with one more outcome. A failure, or no text, changes nothing: what was there before stands. */
function takeStep(
  { arm, rules }: Pick<WantedSample, 'arm' | 'rules'>,
  before: ChainEnd,
  { request, outcome }: { request: ChatRequest; outcome: Outcome },
): ChainEnd {
  const steps = before.steps + 1
  const failed: ChainEnd = { ...before, truncation: 'step_failed', steps }
  if (outcome.type === 'failed') return failed
  const goesOn = arm.truncated.policy === 'continue'
  const own = readAnswer(outcome.body, { mode: arm.mode, rules })
  if (own.finish_state === 'api_error' || (own.finish_state === 'empty' && !goesOn)) return failed
  if (!goesOn) {
    const { body } = outcome
    return { ...before, outcome, request, body, read: own, truncation: 'raised', steps }
  }
  const body = joinContinuation(before.body, outcome.body, arm, request)
  if (body === undefined) return failed
  const read = readAnswer(body, { mode: arm.mode, rules })
  return { ...before, outcome, request, body, read, truncation: 'continued', steps }
}
