import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import { buildRequest } from '../request/build-request.ts'
import { oneWordQuestion } from './questions.ts'
import type { DialectName } from '../dialects/registry.ts'

/** What a call of a probe is to show. */
export type ProbePurpose =
  /** A whole answer, as the arm asks for it. */
  | 'question'
  | 'second_question'
  /** A question that one word answers. */
  | 'short_question'
  /** An answer that meets its limit; again with the same seed, and with another. */
  | 'cut'
  | 'cut_again'
  | 'cut_other_seed'
  /** Two choices at once. */
  | 'several'
  /** Sampling of which only one token is left to choose from, with two seeds. */
  | 'top_k'
  | 'top_k_other_seed'
  | 'min_p'
  /** More tokens than any context has. */
  | 'context'

/** A request of a probe and the seed it is sent with. */
export type ProbeCall = { purpose: ProbePurpose; request: ChatRequest; seed: number; limit: number }

/** Tokens in which models of every family come to the end of a reasoning about two steps of arithmetic. */
const wholeAnswer = 4096
/** Too few for any answer to the second question, enough to tell two texts apart. */
const cutAnswer = 48
const beyondAnyContext = 100_000_000

/** Seeds of its calls, which no sample's seed meets by anything but chance. */
export const probeSeeds = { usual: 1, other: 2 } as const

/** High, so that two seeds show within a few tokens; what is written does not matter. */
const wildTemperature = 1.5

/** The call of an arm for a purpose; `messages` are the two questions as the recipe's arms are asked. */
export function probeCall(
  purpose: ProbePurpose,
  arm: Arm,
  dialect: DialectName,
  messages: { first: string; second: string },
): ProbeCall {
  const asked = (message: string, limit: number, fields: Record<string, unknown> = {}): ProbeCall => ({
    purpose,
    request: { ...limited(buildRequest(arm, dialect, message), limit), ...fields },
    seed: purpose.endsWith('_other_seed') ? probeSeeds.other : probeSeeds.usual,
    limit,
  })
  const wild = (fields: Record<string, unknown> = {}): ProbeCall => {
    const call = asked(messages.second, cutAnswer)
    const { temperature, top_p: _p, top_k: _k, min_p: _m, ...rest } = call.request
    const heat = temperature === undefined ? {} : { temperature: wildTemperature }
    return { ...call, request: { ...rest, ...heat, ...fields } }
  }
  switch (purpose) {
    case 'question':
      return asked(messages.first, wholeLimit(arm))
    case 'second_question':
      return asked(messages.second, wholeLimit(arm))
    case 'short_question':
      return asked(oneWordQuestion, wholeLimit(arm))
    case 'cut':
    case 'cut_again':
    case 'cut_other_seed':
      return wild()
    case 'several':
      return wild({ n: 2 })
    case 'top_k':
    case 'top_k_other_seed':
      return wild({ top_k: 1 })
    case 'min_p':
      return wild({ min_p: 1 })
    case 'context':
      // A server that does not refuse ends at the first word.
      return asked(messages.first, beyondAnyContext, { stop: ['\n', ' ', '.'] })
  }
}

/** What an answer of the arm may have in the end: a cut one may be asked again with more, or continued. */
function wholeLimit({ sampling, truncated }: Arm): number {
  const further = truncated.policy === 'keep' ? [] : [truncated.max_tokens].flat()
  return Math.min(Math.max(sampling.max_tokens ?? wholeAnswer, ...further), wholeAnswer)
}

/** Under the name by which the arm's requests state the limit. */
function limited(request: ChatRequest, limit: number): ChatRequest {
  const name = 'max_completion_tokens' in request ? 'max_completion_tokens' : 'max_tokens'
  return { ...request, [name]: limit }
}
