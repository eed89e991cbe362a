import type { Arm } from '../../schemas/arm.ts'
import type { ArmTruncation } from '../../schemas/ledger.ts'
import { addTokens, emptyBill, noTokens, type Bill, type Tokens } from '../../schemas/bill.ts'
import type { Trace } from '../../schemas/trace.ts'
import { quarantineReasons } from '../../teachers/reply/quarantine.ts'

type Tally = Record<string, number>

/** Tokens by reason, beside the samples by reason. */
export type TokenTally = Record<string, Tokens>

/** What sealing a shard adds to the ledger for one arm. */
export type ArmTracesCounts = {
  planned: number
  /** Failures by code. */
  unanswered: Tally
  /** Responses without any text, by finish state, and those that broke the reading rules of their arm, by reason. */
  unparsed: Tally
  parsed: number
  requests: number
  retries: number
  unsettled: number
  /** Everything that was billed, failed tries included. The price is no matter of the part: the ledger knows it. */
  bill: Bill
  /** The same by what became of it: tries that brought nothing of samples that were answered later, then as above. */
  tokens: { repeated: Tokens; unanswered: TokenTally; unparsed: TokenTally; parsed: Tokens }
  /** Prompt and completion tokens among them that were estimated here. */
  estimated_tokens: number
  /** Samples that the token limit cut off at first, and the completion tokens of their first and further requests. */
  truncation: Omit<ArmTruncation, 'arm' | 'policy'>
  /** Problems of an adaptive arm by why their sampling ended. */
  adaptive: Tally | null
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
  arms: Record<
    string,
    {
      in: number
      unverified: Tally
      dropped: Tally
      kept: number
      tokens: { unverified: TokenTally; dropped: TokenTally; kept: Tokens }
    }
  >
}

/** What pairing adds: samples by arm, and problems. */
export type PairsCounts = {
  arms: Record<
    string,
    { in: number; lost: Tally; paired: number; tokens: { lost: TokenTally; paired: Tokens } }
  >
  problems: { lost: Tally; paired: number }
}

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

/** Adds to one entry of a tally. */
export function tally(counts: Tally, reason: string, by = 1): void {
  counts[reason] = (counts[reason] ?? 0) + by
}

/** Adds tokens to one entry of a tally. */
export function tallyTokens(counts: TokenTally, reason: string, tokens: Tokens): void {
  addTokens((counts[reason] ??= noTokens()), tokens)
}

/**
 * The tokens that a trace was billed for over all its requests, failed tries left out. Every stage that counts tokens by
 * reason asks here, so that their sums agree.
 */
export function tokensOf({ usage, billed }: Pick<Trace, 'usage' | 'billed'>): Tokens {
  const { prompt_tokens: prompt, completion_tokens: completion } = billed
  return { prompt, cached: Math.min(usage.cached_tokens ?? 0, prompt), completion }
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
