import type { Arm } from '../../../schemas/arm.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import { quarantineReasons, type UnusableReason } from '../../../schemas/reasons.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { promptWasCut } from '../../../teachers/cost/prompt-cut.ts'
import { lengthCounterOf } from '../../../teachers/cost/token-counter.ts'
import { acceptedBy, type Guarded, whyGuarded, whyQuarantined } from '../../../teachers/reply/quarantine.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { billedChain } from './billed-step.ts'
import type { ChainEnd } from './chain.ts'
import type { KnownStep } from './read-chain.ts'
import type { WantedSample } from './samples.ts'

/** The ledger's reason for an answer to a prompt that the server cut. */
export const promptCut: UnusableReason = 'prompt_cut'

/** The row of a sample: what its chain of requests ended with, split into reasoning and answer, its tokens counted. */
export function sealedTrace(
  context: RunContext,
  { key, problem, arm, index, request, seed, rules }: WantedSample,
  end: ChainEnd,
  known: readonly KnownStep[],
): Trace {
  const { outcome, read, body } = end
  const counter = lengthCounterOf(arm)
  const reasoning = counter.measure(read.reasoning)
  const answer = counter.measure(read.answer)
  // What was imported was asked by somebody else, in words and for a price that nobody here knows.
  const isOurs = outcome.type === 'answered' && !outcome.imported
  const cut = isOurs ? promptWasCut(arm, request, read.usage) : undefined
  const breach = breachOf(context, {
    arm,
    rules,
    body,
    read,
    answerTokens: isOurs ? answer.tokens : undefined,
    prompt: problem.prompt,
  })
  return {
    key,
    problem_id: problem.id,
    arm: arm.name,
    sample_index: index,
    sampling_plan: arm.adaptive ? 'adaptive' : 'fixed',
    teacher: arm.teacher,
    model: arm.model,
    served_model: read.served_model,
    provider: read.provider,
    mode: arm.mode,
    switch: arm.switch,
    effort: arm.effort,
    sampling: samplingOf(arm, end),
    seed: outcome.imported ? 0 : seed,
    prompt_hash: outcome.imported?.prompt_hash ?? hashOf(request.messages),
    reasoning: read.reasoning,
    answer: read.answer,
    removed_marks: read.removed_marks,
    reasoning_source: read.reasoning_source,
    reasoning_state: read.reasoning_state,
    finish_reason: read.finish_reason,
    finish_state: cut === undefined && breach === undefined ? read.finish_state : 'api_error',
    truncation: end.truncation,
    steps: end.steps,
    usage: read.usage,
    billed: billedChain(arm, known),
    reasoning_tokens: reasoning.tokens,
    answer_tokens: answer.tokens,
    tokenizer: counter.name,
    tokens_estimated: reasoning.estimated || answer.estimated,
    error: errorOf(outcome, cut, breach),
  }
}

/** Why a response is set aside, unless the recipe accepts that: by the rules of its arm, or because it is not understood. */
function breachOf(
  { recipe }: Pick<RunContext, 'recipe'>,
  given: Pick<WantedSample, 'arm' | 'rules'> &
    Pick<ChainEnd, 'body' | 'read'> & { answerTokens: number | undefined; prompt: string },
): Guarded | undefined {
  const { arm, rules, body, read, answerTokens, prompt } = given
  const broken = answerTokens !== undefined && rules ? whyQuarantined(body, read, rules) : undefined
  if (broken !== undefined) return { reason: broken, seen: '' }
  const guarded = whyGuarded(read, { mode: arm.mode, rules, answerTokens, prompt })
  if (guarded === undefined) return undefined
  const by = acceptedBy[guarded.reason]
  return by !== 'reasoning_in' && recipe.generate.probe.accept.includes(by) ? undefined : guarded
}

function errorOf(outcome: Outcome, cut: string | undefined, breach: Guarded | undefined): string {
  if (outcome.type === 'failed') return `${outcome.code}: ${outcome.message}`
  if (cut !== undefined) return `${promptCut}: ${cut}`
  if (breach === undefined) return ''
  const { reason, seen } = breach
  return `${reason}: ${quarantineReasons[reason]}${seen === '' ? '' : ` Seen: ${seen}`}`
}

/** A raised limit is the one that the trace was sampled with. */
function samplingOf({ sampling, truncated }: Arm, { request }: ChainEnd): Arm['sampling'] {
  const limit = request['max_tokens']
  return truncated.policy === 'raise' && typeof limit === 'number'
    ? { ...sampling, max_tokens: limit }
    : sampling
}
