import type { Arm } from '../../../schemas/arm.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import type { Billed, Usage } from '../../../schemas/trace.ts'
import { billedTokens } from '../../../teachers/cost/billed-tokens.ts'
import { readAnswer } from '../../../teachers/reply/read-answer.ts'
import { readUsage } from '../../../teachers/reply/read-usage.ts'
import type { KnownStep } from './read-chain.ts'

/** What all requests of a sample were billed for; nothing for what somebody else paid for. */
export function billedChain(arm: Arm, known: readonly KnownStep[]): Billed {
  const steps = known.map((step) => billedStep(arm, step).billed)
  return {
    prompt_tokens: steps.reduce((sum, step) => sum + step.prompt_tokens, 0),
    completion_tokens: steps.reduce((sum, step) => sum + step.completion_tokens, 0),
    estimated: steps.some((step) => step.estimated),
    counted_with: steps.find((step) => step.estimated)?.counted_with ?? 'server',
  }
}

const unbilled = { prompt_tokens: 0, completion_tokens: 0 }

/** What one request was billed for, and what of that was estimated here; of failed ones the tries keep it themselves. */
export function billedStep(
  arm: Arm,
  { step, outcome }: KnownStep,
): { billed: Billed; estimated: Pick<Billed, 'prompt_tokens' | 'completion_tokens'> } {
  if (outcome.type === 'failed' || outcome.imported || outcome.reused !== undefined)
    return { billed: { ...unbilled, estimated: false, counted_with: 'server' }, estimated: unbilled }
  const usage = readUsage(outcome.body)
  // The texts are needed only to count what the server did not.
  const texts =
    usage.completion_tokens === null ? readAnswer(outcome.body, arm) : { reasoning: '', answer: '' }
  const counted = billedTokens(arm, step.request, { ...texts, usage })
  const billed = { ...counted, ...journalled(outcome, usage) }
  return {
    billed,
    estimated: {
      prompt_tokens: usage.prompt_tokens === null ? billed.prompt_tokens : 0,
      completion_tokens: usage.completion_tokens === null ? billed.completion_tokens : 0,
    },
  }
}

/** The estimate that the journal keeps, which budget and run total count; journals of earlier versions keep none. */
function journalled(
  { attempts }: Outcome,
  usage: Usage,
): Partial<Pick<Billed, 'prompt_tokens' | 'completion_tokens'>> {
  const { estimated, prompt_tokens, completion_tokens } = attempts.at(-1) ?? {}
  if (!estimated) return {}
  return {
    prompt_tokens: usage.prompt_tokens ?? prompt_tokens ?? 0,
    completion_tokens: usage.completion_tokens ?? completion_tokens ?? 0,
  }
}
