import { firstSamples, type Arm } from '../../schemas/arm.ts'
import { addTokens, noTokens, type Bill } from '../../schemas/bill.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import type { UnfinishedReason } from '../../schemas/reasons.ts'
import type { SampleState } from '../../store/journal/state.ts'
import { partState } from '../../store/parts/part.ts'
import { askedKind } from '../recipe/asked-kind.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { openShardJournal, type ShardJournal } from '../stages/shard-journal.ts'
import { countWithdrawn, type Withdrawn } from '../stages/generate/withdrawn.ts'
import { readChain } from '../stages/generate/read-chain.ts'
import { wantedSeries, type WantedSample } from '../stages/generate/samples.ts'
import { addRequests, pass, stillToDo } from './ledger-rows.ts'
import type { TokenFlow } from './token-flow.ts'

/** Adds what the journal knows of a shard that is still being asked. */
export async function addUnsealed(
  context: RunContext,
  shard: number,
  ledger: Ledger,
  { flow, bills }: { flow: TokenFlow; bills: Map<string, Bill> },
): Promise<Withdrawn | undefined> {
  const withdrawn = await countWithdrawn(context, shard)
  const journal = await openShardJournal(context, shard, withdrawn.look)
  const problems = await partState(context.runFolder, askedKind(context.recipe), shard)
  // With `select` nothing of a shard is planned before its turn has come.
  if (!problems && context.recipe.select) return withdrawn.counts().withdrawn
  if (problems && journal.states.size === 0) {
    addUnasked(context, problems.rows, ledger)
    return withdrawn.counts().withdrawn
  }
  for await (const { arm, state, further } of knownSamples(context, shard, journal)) {
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
  return withdrawn.counts().withdrawn
}

/** Adds a shard of which nothing was asked yet: what it will ask follows from the number of its problems. */
function addUnasked({ arms }: RunContext, problems: number, ledger: Ledger): void {
  for (const arm of arms) {
    const samples = problems * Math.min(arm.samples, firstSamples(arm))
    pass(ledger, 'planned', arm.name, samples, {})
    pass(ledger, 'sent', arm.name, samples, stillToDo(samples))
  }
}

/** What is known to be wanted: of an adaptive arm the first samples of each problem and those that were asked for since. */
async function* knownSamples(
  context: RunContext,
  shard: number,
  journal: ShardJournal,
): AsyncGenerator<{ arm: Arm; state: SampleState | undefined; further: SampleState[] }> {
  const { states } = journal
  for await (const series of wantedSeries(context, shard, journal)) {
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
  const { chain, known } = readChain(sample, states, 'final')
  const open = chain.next && chain.next.number > 0 ? states.get(chain.next.key) : undefined
  return [...known.slice(1).map(({ state }) => state), ...(open ? [open] : [])]
}

/** Why a sample of a shard that is not sealed has no answer; `undefined` for one that has. */
function unanswered(state: SampleState): UnfinishedReason | undefined {
  if (state.state === 'answered') return undefined
  if (state.state === 'failed') return 'failed'
  return state.batch === '' ? 'in_flight_or_cut_off' : 'in_batch'
}
