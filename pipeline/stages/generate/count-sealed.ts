import type { Arm } from '../../../schemas/arm.ts'
import { addBill, addShares, addTokens, emptyBill, noTokens } from '../../../schemas/bill.ts'
import {
  addTally,
  tally,
  tallyTokens,
  type ArmTracesCounts,
  type TracesCounts,
} from '../../../schemas/counts.ts'
import { storedFailure } from '../../../schemas/reasons.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { hasText, lossReason, tokensOf } from '../counts.ts'
import { billedStep } from './billed-step.ts'
import { isCut, type ChainEnd } from './chain.ts'
import type { KnownStep } from './read-chain.ts'
import { promptCut } from './sealed-trace.ts'
import { seriesName, type SamplesTaken, type WantedSample } from './samples.ts'

/** Adds a sealed sample to what its shard tells the ledger: what became of it, and what its requests were billed for. */
export function countSealed(
  counts: TracesCounts,
  sample: WantedSample,
  end: ChainEnd,
  known: readonly KnownStep[],
  trace: Trace,
): void {
  const arm = counts.arms[sample.arm.name]!
  arm.planned += 1
  if (known.some(({ outcome }) => outcome.type === 'failed' && outcome.retryable)) counts.retryable += 1
  const failure =
    end.outcome.type === 'failed'
      ? storedFailure(end.outcome.code)
      : trace.error.startsWith(`${promptCut}:`)
        ? promptCut
        : ''
  const tokens = tokensOf(trace)
  const wasted = noTokens()
  for (const { state } of known)
    addTokens(wasted, { prompt: state.wasted_prompt_tokens, cached: 0, completion: state.wasted_tokens })
  if (failure !== '') {
    tally(arm.unanswered, failure)
    tallyTokens(arm.tokens.unanswered, failure, tokens)
    tallyTokens(arm.tokens.unanswered, failure, wasted)
  } else {
    addTokens(arm.tokens.repeated, wasted)
    if (hasText(trace)) {
      arm.parsed += 1
      addTokens(arm.tokens.parsed, tokens)
    } else {
      tally(arm.unparsed, lossReason(trace))
      tallyTokens(arm.tokens.unparsed, lossReason(trace), tokens)
    }
  }
  addBill(arm.bill, { ...emptyBill(), ...tokens })
  addTokens(arm.bill, wasted)
  for (const step of known) {
    const { state, outcome } = step
    if (outcome.type === 'answered' && outcome.reused === undefined)
      addShares(arm.bill, billOf(outcome.attempts, outcome.body, outcome))
    const { prompt_tokens, completion_tokens } = billedStep(sample.arm, step).estimated
    arm.estimated_tokens += prompt_tokens + completion_tokens
    arm.requests += state.requests
    arm.retries += Math.max(0, state.requests - 1)
    arm.unsettled += state.unsettled
  }
  // What was imported no policy of ours has cut or could have helped; what is reused is counted where it was paid for.
  const reused = end.outcome.type === 'answered' ? end.outcome.reused : undefined
  if (reused !== undefined) addTally((counts.reused ??= {}), { [reused]: 1 })
  if (end.cut && !end.outcome.imported && reused === undefined)
    countTruncation(arm.truncation, { end, known, arm: sample.arm })
}

/** Each request's own tokens, so that what a policy costs can be held against what it brought. */
function countTruncation(
  counts: ArmTracesCounts['truncation'],
  { end, known, arm }: { end: ChainEnd; known: readonly KnownStep[]; arm: Arm },
): void {
  const [first, ...further] = known.map((step) => billedStep(arm, step).billed.completion_tokens)
  counts.cut += 1
  counts[isCut(end) ? 'still_cut' : 'recovered'] += 1
  counts.further_requests += further.length
  counts.tokens_first += first ?? 0
  counts.tokens_further += further.reduce((sum, tokens) => sum + tokens, 0)
}

/** Adds why the sampling of a problem ended, for an adaptive arm. */
export function countSeries(counts: TracesCounts, { problem, arm }: WantedSample, taken: SamplesTaken): void {
  const adaptive = counts.arms[arm.name]!.adaptive
  if (adaptive) tally(adaptive, taken.get(seriesName({ problem, arm }))!.ended)
}
