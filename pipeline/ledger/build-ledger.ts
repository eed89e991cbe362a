import type { Arm } from '../../schemas/arm.ts'
import {
  ledgerStages,
  type ArmSpend,
  type Ledger,
  type LedgerRow,
  type LedgerStage,
} from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { journalState, type SampleState } from '../journal/state.ts'
import { journalFolder } from '../run/paths.ts'
import { wantedSamples } from '../samples.ts'
import type { ShardContext } from '../shard-context.ts'
import {
  sum,
  tally,
  type ArmTracesCounts,
  type DecisionsCounts,
  type PairsCounts,
  type TracesCounts,
  type VerdictsCounts,
} from '../stages/counts.ts'
import { currentParts } from './current-parts.ts'
import { judgeSpend } from './judge-spend.ts'

type Tally = Record<string, number>

/**
 * Adds up what every shard counted of itself. Each stage counted the samples that it read, so the figures of two stages
 * agree because nothing was lost between them, not because one was derived from the other. What the recipe, as it
 * stands now, still has to do counts as lost to `pending`.
 *
 * @param written rows of each dataset configuration as its shards hold them; `undefined` while there is no current dataset
 */
export async function buildLedger(
  context: ShardContext,
  plan: ShardPlan,
  written: Tally | undefined,
): Promise<Ledger> {
  const ledger: Ledger = {
    problems: { read: plan.read, lost: plan.lost, kept: plan.problems },
    samples: context.arms.flatMap(({ name: arm }) =>
      ledgerStages.map((stage) => ({ stage, arm, in: 0, out: 0, lost: {} })),
    ),
    pairs: { problems: plan.problems, pending: 0, lost: {}, paired: 0, written: 0 },
    verdicts: Object.fromEntries(context.arms.map((arm) => [arm.name, {}])),
    golds: { suspect: 0, repaired: 0, majority: 0 },
    spend: context.arms.map(({ name: arm }) => ({
      arm,
      requests: 0,
      retries: 0,
      prompt_tokens: 0,
      completion_tokens: 0,
      estimated_tokens: 0,
      cost_usd: null,
      unsettled: 0,
    })),
  }
  for (let shard = 0; shard < plan.shards; shard++) {
    const parts = await currentParts(context, shard)
    if (parts.traces)
      addSealed(
        context.arms,
        parts.traces.counts as TracesCounts,
        parts.decisions?.counts as DecisionsCounts | undefined,
        parts.pairs?.counts as PairsCounts | undefined,
        ledger,
      )
    else await addUnsealed(context, shard, ledger)
    addVerdicts(parts.verdicts?.counts as VerdictsCounts | undefined, ledger)
    addProblems(parts.pairs?.counts as PairsCounts | undefined, parts.problems?.rows ?? 0, ledger)
  }
  addWritten(context.arms, ledger, written)
  const judges = await judgeSpend(context, plan)
  if (judges) ledger.spend.push(judges)
  return ledger
}

function addSealed(
  arms: readonly Arm[],
  traces: TracesCounts,
  decisions: DecisionsCounts | undefined,
  pairs: PairsCounts | undefined,
  ledger: Ledger,
): void {
  for (const { name } of arms) {
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
    } else pass(ledger, 'verified', name, arm.parsed, { pending: arm.parsed })
    if (paired) pass(ledger, 'paired', name, paired.in, paired.lost)
    else pass(ledger, 'paired', name, decided?.kept ?? 0, { pending: decided?.kept ?? 0 })
    addSpend(ledger, name, arm)
  }
}

/** A shard that is still being asked: what its journal knows. */
async function addUnsealed(context: ShardContext, shard: number, ledger: Ledger): Promise<void> {
  const states = await journalState(journalFolder(context.runFolder, shard))
  for await (const { key, arm } of wantedSamples(context, shard)) {
    const state = states.get(key)
    pass(ledger, 'planned', arm.name, 1, {})
    pass(ledger, 'sent', arm.name, 1, state ? {} : { pending: 1 })
    if (!state) continue
    pass(ledger, 'answered', arm.name, 1, unanswered(state))
    if (state.state === 'answered') pass(ledger, 'parsed', arm.name, 1, { pending: 1 })
    const spend = ledger.spend.find((entry) => entry.arm === arm.name)!
    spend.requests += state.requests
    spend.retries += Math.max(0, state.requests - 1)
    spend.unsettled += state.unsettled
  }
}

function unanswered(state: SampleState): Tally {
  if (state.state === 'answered') return {}
  if (state.state === 'intended' && state.batch !== '') return { in_batch: 1 }
  return { [state.state === 'intended' ? 'in_flight_or_cut_off' : 'failed']: 1 }
}

/** Adds `entering` samples to a stage, of which `lost` did not come out of it. */
function pass(ledger: Ledger, stage: LedgerStage, arm: string, entering: number, lost: Tally): void {
  const row = rowOf(ledger, stage, arm)
  row.in += entering
  row.out += entering - sum(lost)
  for (const [reason, count] of Object.entries(lost)) if (count > 0) tally(row.lost, reason, count)
}

function rowOf(ledger: Ledger, stage: LedgerStage, arm: string): LedgerRow {
  return ledger.samples.find((row) => row.stage === stage && row.arm === arm)!
}

function addSpend(ledger: Ledger, name: string, arm: ArmTracesCounts): void {
  const spend = ledger.spend.find((entry) => entry.arm === name)!
  for (const figure of [
    'requests',
    'retries',
    'unsettled',
    'prompt_tokens',
    'completion_tokens',
    'estimated_tokens',
  ] satisfies (keyof ArmSpend)[])
    spend[figure] += arm[figure]
  if (arm.cost_usd !== null) spend.cost_usd = (spend.cost_usd ?? 0) + arm.cost_usd
}

function addVerdicts(verdicts: VerdictsCounts | undefined, ledger: Ledger): void {
  for (const [arm, counts] of Object.entries(verdicts?.arms ?? {}))
    for (const [verdict, count] of Object.entries(counts)) tally(ledger.verdicts[arm]!, verdict, count)
  if (!verdicts) return
  for (const kind of ['suspect', 'repaired', 'majority'] as const) ledger.golds[kind] += verdicts.golds[kind]
}

function addProblems(pairs: PairsCounts | undefined, problems: number, ledger: Ledger): void {
  if (!pairs) {
    ledger.pairs.pending += problems
    return
  }
  ledger.pairs.paired += pairs.problems.paired
  for (const [reason, count] of Object.entries(pairs.problems.lost)) tally(ledger.pairs.lost, reason, count)
}

/** A pair is written once for each configuration, so each arm's samples leave in the rows of its own configuration. */
function addWritten(arms: readonly Arm[], ledger: Ledger, written: Tally | undefined): void {
  for (const { name, role } of arms) {
    const paired = rowOf(ledger, 'paired', name).out
    const rows = written?.[role] ?? written?.['pairs'] ?? Math.max(0, ...Object.values(written ?? {}))
    pass(ledger, 'written', name, paired, written ? {} : { pending: paired })
    if (written) rowOf(ledger, 'written', name).out = rows
  }
  // Every configuration holds every pair; if one does not, its number is the one that must show.
  const { paired } = ledger.pairs
  ledger.pairs.written = written ? (Object.values(written).find((rows) => rows !== paired) ?? paired) : 0
}
