import type { Arm } from '../../schemas/arm.ts'
import {
  addTally,
  sum,
  type ArmTracesCounts,
  type DecisionsCounts,
  type PairsCounts,
  type TracesCounts,
} from '../../schemas/counts.ts'
import type { ArmTruncation, Ledger } from '../../schemas/ledger.ts'
import { addRequests, pass, stillToDo, type Tally } from './ledger-rows.ts'

/** Adds the counts of a shard's parts; where a part is missing or stale, its samples are pending. */
export function addSealed(
  arms: readonly Arm[],
  traces: TracesCounts,
  decisions: DecisionsCounts | undefined,
  pairs: PairsCounts | undefined,
  ledger: Ledger,
): void {
  for (const {
    name,
    truncated: { policy },
  } of arms) {
    const arm = traces.arms[name]!
    const decided = decisions?.arms[name]
    const paired = pairs?.arms[name]
    pass(ledger, 'planned', name, arm.planned, {})
    pass(ledger, 'sent', name, arm.planned, {})
    pass(ledger, 'answered', name, arm.planned, arm.unanswered)
    pass(ledger, 'parsed', name, sum(arm.unparsed) + arm.parsed, arm.unparsed)
    if (decided) {
      pass(ledger, 'verified', name, decided.in, decided.unverified)
      pass(ledger, 'kept', name, sum(decided.dropped) + decided.kept, decided.dropped)
    } else pass(ledger, 'verified', name, arm.parsed, stillToDo(arm.parsed))
    if (paired) pass(ledger, 'paired', name, paired.in, paired.lost)
    else pass(ledger, 'paired', name, decided?.kept ?? 0, stillToDo(decided?.kept ?? 0))
    addRequests(ledger, name, arm)
    ledger.spend.find((entry) => entry.arm === name)!.estimated_tokens += arm.estimated_tokens
    addTruncation(ledger, name, policy, arm.truncation)
    if (arm.adaptive) addSampling(ledger, name, arm.planned, arm.adaptive)
  }
}

function addTruncation(
  ledger: Ledger,
  arm: string,
  policy: ArmTruncation['policy'],
  counts: ArmTracesCounts['truncation'],
): void {
  if (counts.cut === 0) return
  let own = ledger.truncation.find((entry) => entry.arm === arm)
  if (!own) {
    const none = {
      cut: 0,
      recovered: 0,
      still_cut: 0,
      further_requests: 0,
      tokens_first: 0,
      tokens_further: 0,
    }
    ledger.truncation.push((own = { arm, policy, ...none }))
  }
  for (const figure of Object.keys(counts) as (keyof typeof counts)[]) own[figure] += counts[figure]
}

function addSampling(ledger: Ledger, arm: string, samples: number, ended: Tally): void {
  let own = ledger.sampling.find((entry) => entry.arm === arm)
  if (!own) ledger.sampling.push((own = { arm, problems: 0, samples: 0, ended: {} }))
  own.problems += sum(ended)
  own.samples += samples
  addTally(own.ended, ended)
}
