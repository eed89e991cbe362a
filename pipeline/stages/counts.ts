import type { Arm } from '../../schemas/arm.ts'
import type { Trace } from '../../schemas/trace.ts'
import { quarantineReasons } from '../../teachers/contract-breach.ts'

type Tally = Record<string, number>

/** What sealing a shard adds to the ledger for one arm. */
export type ArmTracesCounts = {
  planned: number
  /** Failures by code. */
  unanswered: Tally
  /** Responses without any text, by finish state, and those that broke their arm's contract, by reason. */
  unparsed: Tally
  parsed: number
  requests: number
  retries: number
  unsettled: number
  prompt_tokens: number
  completion_tokens: number
  cost_usd: number | null
}

export type TracesCounts = {
  /** Samples whose failure was the server's; the shard is opened again for them at the next start. */
  retryable: number
  arms: Record<string, ArmTracesCounts>
}

/** What verifying adds, by arm and verdict. */
export type VerdictsCounts = {
  arms: Record<string, Tally>
  /** Problems whose reference is in doubt, was replaced, or was missing and taken from the majority. */
  golds: { suspect: number; repaired: number; majority: number }
  /** Digest of the traces that were verified: verdicts of the same traces can be compared. */
  traces: string
}

/** What filtering adds of the samples that have text: losses of samples that could not be checked apart from those of all other reasons. */
export type DecisionsCounts = {
  arms: Record<string, { in: number; unverified: Tally; dropped: Tally; kept: number }>
}

/** What pairing adds: samples by arm, and problems. */
export type PairsCounts = {
  arms: Record<string, { in: number; lost: Tally; paired: number }>
  problems: { lost: Tally; paired: number }
}

export function emptyTracesCounts(arms: readonly Arm[]): TracesCounts {
  return {
    retryable: 0,
    arms: byArm(arms, () => ({
      planned: 0,
      unanswered: {},
      unparsed: {},
      parsed: 0,
      requests: 0,
      retries: 0,
      unsettled: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      cost_usd: null,
    })),
  }
}

/** One record for each arm, so that an arm without any sample still shows up, with zeros. */
export function byArm<Value>(arms: readonly Arm[], make: () => Value): Record<string, Value> {
  return Object.fromEntries(arms.map((arm) => [arm.name, make()]))
}

/** Adds to one entry of a tally. */
export function tally(counts: Tally, reason: string, by = 1): void {
  counts[reason] = (counts[reason] ?? 0) + by
}

/** The sum of a tally. */
export function sum(counts: Tally): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** What a sample without usable text is counted under: its finish state, or why it was set aside. */
export function lossReason({ error, finish_state }: Pick<Trace, 'error' | 'finish_state'>): string {
  const [code = ''] = error.split(':', 1)
  return code in quarantineReasons ? code : finish_state
}

/** Whether a sample came back with any text; the ledger counts the others as unanswered or unparsed. */
export function hasText(trace: Pick<Trace, 'error' | 'finish_state'>): boolean {
  return trace.error === '' && trace.finish_state !== 'api_error' && trace.finish_state !== 'empty'
}
