import { hashOf } from '../../schemas/canonical.ts'
import type { Arm } from '../../schemas/arm.ts'
import type { Outcome } from '../../schemas/journal.ts'
import { type Billed, Trace, type Usage } from '../../schemas/trace.ts'
import { billedTokens } from '../../teachers/billed-tokens.ts'
import { costUsd } from '../../teachers/price.ts'
import { promptWasCut } from '../../teachers/prompt-cut.ts'
import { readAnswer } from '../../teachers/read-answer.ts'
import { countTokens, tokenizerName } from '../../teachers/tokens.ts'
import { isCut, type ChainEnd } from '../generate/chain.ts'
import { readChain, type KnownStep } from '../generate/read-chain.ts'
import { journalState, type SampleState } from '../journal/state.ts'
import { journalFolder } from '../run/paths.ts'
import { writePart } from '../run/part.ts'
import { seriesName, wantedSamples, type SamplesTaken, type WantedSample } from '../samples.ts'
import type { ShardContext } from '../shard-context.ts'
import { emptyTracesCounts, hasText, tally, type ArmTracesCounts, type TracesCounts } from './counts.ts'

/** The ledger's reason for an answer to a prompt that the server cut. */
const promptCut = 'prompt_cut'

/**
 * Turns a shard's journal into its `traces/` part: every sample in the plan's order, split into reasoning and answer,
 * its tokens counted. The part holds nothing that differs between two runs with the same answers (no times, no
 * attempts); those stay in the journal.
 *
 * @param taken how many samples the problems have of adaptive arms; what the journal holds beyond them is left out
 */
export async function sealTraces(
  context: ShardContext,
  shard: number,
  fingerprint: string,
  taken: SamplesTaken,
): Promise<void> {
  const states = await journalState(journalFolder(context.runFolder, shard))
  const counts = emptyTracesCounts(context.arms)
  await writePart(context.runFolder, 'traces', shard, {
    schema: Trace,
    rows: traces(context, { shard, taken, states, counts }),
    fingerprint,
    counts: () => counts,
  })
}

type ShardWork = {
  shard: number
  taken: SamplesTaken
  states: Map<string, SampleState>
  counts: TracesCounts
}

async function* traces(
  context: ShardContext,
  { shard, taken, states, counts }: ShardWork,
): AsyncGenerator<Trace> {
  for await (const sample of wantedSamples(context, shard, taken)) {
    const { chain, known } = await readChain(sample, states, 'final')
    if (!chain.end)
      throw new Error(`sample ${sample.key} has no outcome for ${chain.next.key}, yet its shard was sealed`)
    const trace = toTrace(sample, chain.end)
    count(counts, context, sample, chain.end, known, trace)
    if (sample.index === 0) countSeries(counts, sample, taken)
    yield trace
  }
}

function toTrace({ key, problem, arm, index, request, seed }: WantedSample, end: ChainEnd): Trace {
  const { outcome, read, bodies } = end
  const reasoning = countTokens(read.reasoning)
  const answer = countTokens(read.answer)
  const cut = outcome.type === 'answered' ? promptWasCut(arm, request, read.usage) : undefined
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
    reasoning_source: read.reasoning_source,
    reasoning_state: read.reasoning_state,
    finish_reason: read.finish_reason,
    finish_state: cut === undefined ? read.finish_state : 'api_error',
    truncation: end.truncation,
    steps: end.steps,
    usage: read.usage,
    billed: outcome.type === 'answered' ? billedTokens(arm, request, read) : toldByServer(read.usage),
    reasoning_tokens: reasoning.tokens,
    answer_tokens: answer.tokens,
    tokenizer: tokenizerName,
    tokens_estimated: reasoning.estimated || answer.estimated,
    error: errorOf(outcome, cut),
    raw: bodies.length === 0 ? '' : JSON.stringify(bodies.length === 1 ? bodies[0] : bodies),
  }
}

function errorOf(outcome: Outcome, cut: string | undefined): string {
  if (outcome.type === 'failed') return `${outcome.code}: ${outcome.message}`
  return cut === undefined ? '' : `${promptCut}: ${cut}`
}

/** Of what never became an answer nobody knows what was billed for it unless the server says so. */
function toldByServer({ prompt_tokens, completion_tokens }: Usage): Billed {
  return {
    prompt_tokens: prompt_tokens ?? 0,
    completion_tokens: completion_tokens ?? 0,
    estimated: false,
    counted_with: 'server',
  }
}

/** A raised limit is the one that the trace was sampled with. */
function samplingOf({ sampling, truncated }: Arm, { request }: ChainEnd): Arm['sampling'] {
  const limit = request['max_tokens']
  return truncated.policy === 'raise' && typeof limit === 'number'
    ? { ...sampling, max_tokens: limit }
    : sampling
}

function count(
  counts: TracesCounts,
  context: ShardContext,
  sample: WantedSample,
  end: ChainEnd,
  known: readonly KnownStep[],
  trace: Trace,
): void {
  const arm = counts.arms[sample.arm.name]!
  arm.planned += 1
  if (known.some(({ outcome }) => outcome.type === 'failed' && outcome.retryable)) counts.retryable += 1
  if (end.outcome.type === 'failed') tally(arm.unanswered, end.outcome.code)
  else if (trace.error !== '') tally(arm.unanswered, promptCut)
  else if (!hasText(trace)) tally(arm.unparsed, trace.finish_state)
  else arm.parsed += 1
  // What somebody else paid for is no spend of this run.
  if (end.outcome.imported) return
  const price = context.recipe.endpoints[sample.arm.endpoint]?.price
  for (const step of known) {
    const { state, outcome } = step
    const { usage, billed } = billedStep(sample.arm, step)
    arm.requests += state.requests
    arm.retries += state.requests - 1
    arm.unsettled += state.unsettled
    arm.prompt_tokens += billed.prompt_tokens
    arm.completion_tokens += billed.completion_tokens + state.wasted_tokens
    if (billed.estimated && usage.prompt_tokens === null) arm.estimated_tokens += billed.prompt_tokens
    if (billed.estimated && usage.completion_tokens === null) arm.estimated_tokens += billed.completion_tokens
    const cost =
      outcome.type === 'answered' ? costUsd({ ...usage, ...tokensOf(billed) }, price, outcome.body) : null
    if (cost !== null) arm.cost_usd = (arm.cost_usd ?? 0) + cost
  }
  if (end.cut) countTruncation(arm.truncation, { end, known, arm: sample.arm })
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

/** What one request was billed for. */
function billedStep(arm: Arm, { step, outcome }: KnownStep): { usage: Usage; billed: Billed } {
  const read = readAnswer(outcome.type === 'answered' ? outcome.body : outcome.partial, arm)
  const billed =
    outcome.type === 'answered' ? billedTokens(arm, step.request, read) : toldByServer(read.usage)
  return { usage: read.usage, billed }
}

function countSeries(counts: TracesCounts, { problem, arm }: WantedSample, taken: SamplesTaken): void {
  const adaptive = counts.arms[arm.name]!.adaptive
  if (adaptive) tally(adaptive, taken.get(seriesName({ problem, arm }))!.ended)
}

function tokensOf({
  prompt_tokens,
  completion_tokens,
}: Billed): Pick<Usage, 'prompt_tokens' | 'completion_tokens'> {
  return { prompt_tokens, completion_tokens }
}
