import type { Arm } from '../../schemas/arm.ts'
import { emptyBill, noTokens, type Tokens } from '../../schemas/bill.ts'
import type { TracesCounts } from '../../schemas/counts.ts'
import type { FinishState, Trace } from '../../schemas/trace.ts'
import { quarantineReasons, type QuarantineReason } from '../../schemas/reasons.ts'

export function emptyTracesCounts(arms: readonly Arm[]): TracesCounts {
  return {
    retryable: 0,
    arms: byArm(arms, ({ adaptive }) => ({
      planned: 0,
      unanswered: {},
      unparsed: {},
      parsed: 0,
      requests: 0,
      retries: 0,
      unsettled: 0,
      bill: emptyBill(),
      tokens: { repeated: noTokens(), unanswered: {}, unparsed: {}, parsed: noTokens() },
      estimated_tokens: 0,
      truncation: {
        cut: 0,
        recovered: 0,
        still_cut: 0,
        further_requests: 0,
        tokens_first: 0,
        tokens_further: 0,
      },
      adaptive: adaptive ? {} : null,
    })),
  }
}

/** One record for each arm, so that an arm without any sample still shows up, with zeros. */
export function byArm<Value>(arms: readonly Arm[], make: (arm: Arm) => Value): Record<string, Value> {
  return Object.fromEntries(arms.map((arm) => [arm.name, make(arm)]))
}

/**
 * The tokens that a trace was billed for over all its requests, without failed tries. Every stage that counts tokens by
 * reason uses this function, so that their sums agree.
 */
export function tokensOf({ usage, billed }: Pick<Trace, 'usage' | 'billed'>): Tokens {
  const { prompt_tokens: prompt, completion_tokens: completion } = billed
  return { prompt, cached: Math.min(usage.cached_tokens ?? 0, prompt), completion }
}

/** The reason under which a sample without usable text is counted: its finish state, or why it was set aside. */
export function lossReason({
  error,
  finish_state,
}: Pick<Trace, 'error' | 'finish_state'>): QuarantineReason | FinishState {
  const [code = ''] = error.split(':', 1)
  return Object.hasOwn(quarantineReasons, code) ? (code as QuarantineReason) : finish_state
}

/** Whether a sample came back with any text; the ledger counts the others as unanswered or unparsed. */
export function hasText(trace: Pick<Trace, 'error' | 'finish_state'>): boolean {
  return trace.error === '' && trace.finish_state !== 'api_error' && trace.finish_state !== 'empty'
}
