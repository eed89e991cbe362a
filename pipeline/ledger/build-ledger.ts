import { firstSamples, type Arm } from '../../schemas/arm.ts'
import { addBill, addTokens, emptyBill, noTokens, type Bill } from '../../schemas/bill.ts'
import {
  ledgerStages,
  type ArmSpend,
  type ArmTruncation,
  type Ledger,
  type LedgerRow,
  type LedgerStage,
} from '../../schemas/ledger.ts'
import type { UnfinishedReason } from '../../schemas/reasons.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import { readChain } from '../stages/generate/read-chain.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { journalState, type SampleState } from '../../store/journal/state.ts'
import { journalFolder } from '../../store/run/paths.ts'
import { wantedSeries, type WantedSample } from '../stages/generate/samples.ts'
import type { RunContext } from '../recipe/run-context.ts'
import {
  sum,
  addTally,
  type ArmTracesCounts,
  type DecisionsCounts,
  type PairsCounts,
  type TracesCounts,
  type VerdictsCounts,
} from '../../schemas/counts.ts'
import { addMoney, followTokens } from './add-money.ts'
import { currentParts } from '../stages/current-parts.ts'
import { loadStages } from '../stages/registry.ts'
import { openTokenFlow, type TokenFlow } from './token-flow.ts'

type Tally = Record<string, number>

/**
 * Adds up what every shard counted of itself. Each stage counted the samples that it read, so the figures of two stages
 * agree because nothing was lost between them, not because one was derived from the other. What the recipe, as it
 * stands now, still has to do counts as lost to `pending`.
 *
 * @param written the configurations of the dataset as they were written; `undefined` while there is no current one
 */
export async function buildLedger(
  context: RunContext,
  plan: ShardPlan,
  written: readonly WrittenExport[] | undefined,
): Promise<Ledger> {
  const ledger: Ledger = {
    problems: { read: plan.read, lost: plan.lost, kept: plan.problems },
    samples: context.arms.flatMap(({ name: arm }) =>
      ledgerStages.map((stage) => ({ stage, arm, in: 0, out: 0, lost: {} })),
    ),
    pairs: { problems: plan.problems, pending: 0, lost: {}, paired: 0, written: 0 },
    exports: [...(written ?? [])],
    verdicts: Object.fromEntries(context.arms.map((arm) => [arm.name, {}])),
    golds: { suspect: 0, repaired: 0, majority: 0 },
    spend: context.arms.map(({ name: arm }) => ({
      arm,
      requests: 0,
      retries: 0,
      prompt_tokens: 0,
      cached_tokens: 0,
      completion_tokens: 0,
      estimated_tokens: 0,
      cost_usd: null,
      unsettled: 0,
    })),
    truncation: [],
    sampling: [],
    tokens: [],
    total: {
      requests: 0,
      tokens: 0,
      cost_usd: null,
      cut_off: { requests: 0, tokens: 0, cost_usd: null },
    },
  }
  const flow = openTokenFlow()
  const bills = new Map(context.arms.map((arm) => [arm.name, emptyBill()]))
  let shard = -1
  for await (const parts of currentParts(await loadStages(), context, plan)) {
    shard += 1
    if (parts.traces) {
      const { counts: traces } = parts.traces
      const decisions = (parts['set-decisions'] ?? parts.decisions)?.counts
      const pairs = parts.pairs?.counts
      addSealed(context.arms, traces, decisions, pairs, ledger)
      for (const { name } of context.arms) {
        addBill(bills.get(name)!, traces.arms[name]!.bill)
        followTokens(flow, name, {
          traces: traces.arms[name]!,
          decided: decisions?.arms[name],
          paired: pairs?.arms[name],
          isWritten: written !== undefined,
        })
      }
    } else await addUnsealed(context, shard, ledger, { flow, bills })
    addVerdicts(parts.verdicts?.counts, ledger)
    addProblems(parts.pairs?.counts, parts.problems?.rows ?? 0, ledger)
  }
  addWritten(context.arms, ledger, written)
  await addMoney(context, ledger, flow, bills)
  return ledger
}

function addSealed(
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

/** A shard that is still being asked: what its journal knows. */
async function addUnsealed(
  context: RunContext,
  shard: number,
  ledger: Ledger,
  { flow, bills }: { flow: TokenFlow; bills: Map<string, Bill> },
): Promise<void> {
  const states = await journalState(journalFolder(context.runFolder, shard), billOf)
  for await (const { arm, state, further } of knownSamples(context, shard, states)) {
    pass(ledger, 'planned', arm.name, 1, {})
    pass(ledger, 'sent', arm.name, 1, state ? {} : stillToDo(1))
    if (!state) continue
    const lost = unanswered(state)
    pass(ledger, 'answered', arm.name, 1, lost === undefined ? {} : { [lost]: 1 })
    if (state.state === 'answered') pass(ledger, 'parsed', arm.name, 1, stillToDo(1))
    const steps = [state, ...further]
    const wasted = noTokens()
    const answers = noTokens()
    for (const step of steps) {
      addTokens(wasted, {
        prompt: step.wasted_prompt_tokens,
        cached: 0,
        completion: step.wasted_tokens,
      })
      addTokens(answers, step.tokens ?? noTokens())
      const { requests, unsettled } = step
      addRequests(ledger, arm.name, { requests, unsettled, retries: Math.max(0, requests - 1) })
    }
    flow.add(arm.name, 'answered', unanswered(state) ?? 'repeated_tries', wasted)
    flow.add(arm.name, 'parsed', 'pending', answers)
    addTokens(bills.get(arm.name)!, wasted)
    addTokens(bills.get(arm.name)!, answers)
  }
}

/** What is known to be wanted: of an adaptive arm the first samples of each problem and those that were asked for since. */
async function* knownSamples(
  context: RunContext,
  shard: number,
  states: ReadonlyMap<string, SampleState>,
): AsyncGenerator<{ arm: Arm; state: SampleState | undefined; further: SampleState[] }> {
  for await (const series of wantedSeries(context, shard)) {
    const { arm } = series
    for (let index = 0; index < arm.samples; index++) {
      const sample = series.sample(index)
      const state = states.get(sample.key)
      if (index >= firstSamples(arm) && state === undefined) break
      yield { arm, state, further: await furtherSteps(sample, states) }
    }
  }
}

/** What is known of a sample's requests behind the first one. */
async function furtherSteps(
  sample: WantedSample,
  states: ReadonlyMap<string, SampleState>,
): Promise<SampleState[]> {
  if (sample.arm.truncated.policy === 'keep' || !states.has(sample.key)) return []
  const { chain, known } = await readChain(sample, states, 'final')
  const open = chain.next && chain.next.number > 0 ? states.get(chain.next.key) : undefined
  return [...known.slice(1).map(({ state }) => state), ...(open ? [open] : [])]
}

/** Why a sample of a shard that is not sealed has no answer; `undefined` for one that has. */
function unanswered(state: SampleState): UnfinishedReason | undefined {
  if (state.state === 'answered') return undefined
  if (state.state === 'failed') return 'failed'
  return state.batch === '' ? 'in_flight_or_cut_off' : 'in_batch'
}

/** What the recipe, as it stands now, has not come to yet. */
function stillToDo(samples: number): Tally {
  const reason: UnfinishedReason = 'pending'
  return { [reason]: samples }
}

/** Adds `entering` samples to a stage, of which `lost` did not come out of it. */
function pass(ledger: Ledger, stage: LedgerStage, arm: string, entering: number, lost: Tally): void {
  const row = rowOf(ledger, stage, arm)
  row.in += entering
  row.out += entering - sum(lost)
  addTally(row.lost, lost)
}

function rowOf(ledger: Ledger, stage: LedgerStage, arm: string): LedgerRow {
  return ledger.samples.find((row) => row.stage === stage && row.arm === arm)!
}

function addRequests(
  ledger: Ledger,
  name: string,
  arm: Pick<ArmSpend, 'requests' | 'retries' | 'unsettled'>,
): void {
  const spend = ledger.spend.find((entry) => entry.arm === name)!
  for (const figure of ['requests', 'retries', 'unsettled'] as const) spend[figure] += arm[figure]
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

function addVerdicts(verdicts: VerdictsCounts | undefined, ledger: Ledger): void {
  for (const [arm, counts] of Object.entries(verdicts?.arms ?? {})) addTally(ledger.verdicts[arm]!, counts)
  if (!verdicts) return
  for (const kind of ['suspect', 'repaired', 'majority'] as const) ledger.golds[kind] += verdicts.golds[kind]
}

function addProblems(pairs: PairsCounts | undefined, problems: number, ledger: Ledger): void {
  if (!pairs) {
    ledger.pairs.pending += problems
    return
  }
  ledger.pairs.paired += pairs.problems.paired
  addTally(ledger.pairs.lost, pairs.problems.lost)
}

/**
 * Each arm's samples leave in the rows of the matched configurations, which hold every pair; where one does not, its
 * number is the one that must show. Where none is matched, what was handed to the exports has left.
 */
function addWritten(
  arms: readonly Arm[],
  ledger: Ledger,
  written: readonly WrittenExport[] | undefined,
): void {
  const { paired } = ledger.pairs
  const matched = written?.filter((one) => one.matched) ?? []
  ledger.pairs.written = written ? (matched.find(({ rows }) => rows !== paired)?.rows ?? paired) : 0
  for (const { name, role } of arms) {
    const entering = rowOf(ledger, 'paired', name).out
    pass(ledger, 'written', name, entering, written ? {} : stillToDo(entering))
    const own = matched.find((one) => one.name === role) ?? matched[0]
    if (own) rowOf(ledger, 'written', name).out = own.rows
  }
}
