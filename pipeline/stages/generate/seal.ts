import type { Arm } from '../../../schemas/arm.ts'
import { addBill, addShares, addTokens, emptyBill, noTokens } from '../../../schemas/bill.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { tally, tallyTokens, type ArmTracesCounts, type TracesCounts } from '../../../schemas/counts.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import type { Billed, Trace } from '../../../schemas/trace.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { billedTokens } from '../../../teachers/cost/billed-tokens.ts'
import { promptWasCut } from '../../../teachers/cost/prompt-cut.ts'
import { quarantineReasons, storedFailure, type UnusableReason } from '../../../schemas/reasons.ts'
import { acceptedBy, type Guarded, whyGuarded, whyQuarantined } from '../../../teachers/reply/quarantine.ts'
import { readAnswer } from '../../../teachers/reply/read-answer.ts'
import { readUsage } from '../../../teachers/reply/read-usage.ts'
import { countTokens, tokenizerName } from '../../../teachers/cost/tokens.ts'
import { isCut, type ChainEnd } from './chain.ts'
import { readChain, type KnownStep } from './read-chain.ts'
import { journalState, type SampleState } from '../../../store/journal/state.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import { writePart } from '../../../store/parts/part.ts'
import { seriesName, wantedSamples, type SamplesTaken, type WantedSample } from './samples.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { emptyTracesCounts, hasText, lossReason, tokensOf } from '../counts.ts'

/** The ledger's reason for an answer to a prompt that the server cut. */
const promptCut: UnusableReason = 'prompt_cut'

/**
 * Turns a shard's journal into its `traces/` part: every sample in the plan's order, split into reasoning and answer,
 * its tokens counted. The part holds nothing that differs between two runs with the same answers (no times, no
 * attempts); those stay in the journal.
 *
 * @param taken how many samples the problems have of adaptive arms; what the journal holds beyond them is left out
 */
export async function sealTraces(
  context: RunContext,
  shard: number,
  fingerprint: string,
  taken: SamplesTaken,
): Promise<void> {
  const states = await journalState(journalFolder(context.runFolder, shard), billOf)
  const counts = emptyTracesCounts(context.arms)
  await writePart(context.runFolder, 'traces', shard, {
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
  context: RunContext,
  { shard, taken, states, counts }: ShardWork,
): AsyncGenerator<Trace> {
  for await (const sample of wantedSamples(context, shard, taken)) {
    const { chain, known } = await readChain(sample, states, 'final')
    if (!chain.end)
      throw new Error(`sample ${sample.key} has no outcome for ${chain.next.key}, yet its shard was sealed`)
    const trace = toTrace(context, sample, chain.end, known)
    count(counts, sample, chain.end, known, trace)
    if (sample.index === 0) countSeries(counts, sample, taken)
    yield trace
  }
}

function toTrace(
  context: RunContext,
  { key, problem, arm, index, request, seed, rules }: WantedSample,
  end: ChainEnd,
  known: readonly KnownStep[],
): Trace {
  const { outcome, read, body, bodies } = end
  const reasoning = countTokens(read.reasoning)
  const answer = countTokens(read.answer)
  // What was imported was asked by somebody else, in words and for a price that nobody here knows.
  const isOurs = outcome.type === 'answered' && !outcome.imported
  const cut = isOurs ? promptWasCut(arm, request, read.usage) : undefined
  const breach = breachOf(context, {
    arm,
    rules,
    body,
    read,
    answerTokens: isOurs ? answer.tokens : undefined,
  })
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
    removed_marks: read.removed_marks,
    reasoning_source: read.reasoning_source,
    reasoning_state: read.reasoning_state,
    finish_reason: read.finish_reason,
    finish_state: cut === undefined && breach === undefined ? read.finish_state : 'api_error',
    truncation: end.truncation,
    steps: end.steps,
    usage: read.usage,
    billed: billedChain(arm, known),
    reasoning_tokens: reasoning.tokens,
    answer_tokens: answer.tokens,
    tokenizer: tokenizerName,
    tokens_estimated: reasoning.estimated || answer.estimated,
    error: errorOf(outcome, cut, breach),
    raw: bodies.length === 0 ? '' : JSON.stringify(bodies.length === 1 ? bodies[0] : bodies),
  }
}

/** Why a response is set aside, unless the recipe accepts that: by the rules of its arm, or because it is not understood. */
function breachOf(
  { recipe }: Pick<RunContext, 'recipe'>,
  given: Pick<WantedSample, 'arm' | 'rules'> &
    Pick<ChainEnd, 'body' | 'read'> & { answerTokens: number | undefined },
): Guarded | undefined {
  const { arm, rules, body, read, answerTokens } = given
  const broken = answerTokens !== undefined && rules ? whyQuarantined(body, read, rules) : undefined
  if (broken !== undefined) return { reason: broken, seen: '' }
  const guarded = whyGuarded(read, { mode: arm.mode, rules, answerTokens })
  if (guarded === undefined) return undefined
  const by = acceptedBy[guarded.reason]
  return by !== 'reasoning_in' && recipe.generate.probe.accept.includes(by) ? undefined : guarded
}

function errorOf(outcome: Outcome, cut: string | undefined, breach: Guarded | undefined): string {
  if (outcome.type === 'failed') return `${outcome.code}: ${outcome.message}`
  if (cut !== undefined) return `${promptCut}: ${cut}`
  if (breach === undefined) return ''
  const { reason, seen } = breach
  return `${reason}: ${quarantineReasons[reason]}${seen === '' ? '' : ` Seen: ${seen}`}`
}

/** What all requests of a sample were billed for; nothing for what somebody else paid for. */
function billedChain(arm: Arm, known: readonly KnownStep[]): Billed {
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
function billedStep(
  arm: Arm,
  { step, outcome }: KnownStep,
): { billed: Billed; estimated: Pick<Billed, 'prompt_tokens' | 'completion_tokens'> } {
  if (outcome.type === 'failed' || outcome.imported)
    return { billed: { ...unbilled, estimated: false, counted_with: 'server' }, estimated: unbilled }
  const usage = readUsage(outcome.body)
  // The texts are needed only to count what the server did not.
  const texts =
    usage.completion_tokens === null ? readAnswer(outcome.body, arm) : { reasoning: '', answer: '' }
  const billed = billedTokens(arm, step.request, { ...texts, usage })
  return {
    billed,
    estimated: {
      prompt_tokens: usage.prompt_tokens === null ? billed.prompt_tokens : 0,
      completion_tokens: usage.completion_tokens === null ? billed.completion_tokens : 0,
    },
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
    if (outcome.type === 'answered') addShares(arm.bill, billOf(outcome.attempts, outcome.body, outcome))
    const { prompt_tokens, completion_tokens } = billedStep(sample.arm, step).estimated
    arm.estimated_tokens += prompt_tokens + completion_tokens
    arm.requests += state.requests
    arm.retries += Math.max(0, state.requests - 1)
    arm.unsettled += state.unsettled
  }
  // Nobody here asked for what was imported, so no policy of ours has cut it or could have helped.
  if (end.cut && !end.outcome.imported) countTruncation(arm.truncation, { end, known, arm: sample.arm })
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

function countSeries(counts: TracesCounts, { problem, arm }: WantedSample, taken: SamplesTaken): void {
  const adaptive = counts.arms[arm.name]!.adaptive
  if (adaptive) tally(adaptive, taken.get(seriesName({ problem, arm }))!.ended)
}
