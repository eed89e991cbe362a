import { hashOf } from '../../schemas/canonical.ts'
import { sampleSeed } from '../../schemas/arm.ts'
import type { Answered, Failed } from '../../schemas/journal.ts'
import { type Billed, Trace, type Usage } from '../../schemas/trace.ts'
import { billedTokens } from '../../teachers/billed-tokens.ts'
import { costUsd } from '../../teachers/price.ts'
import { promptWasCut } from '../../teachers/prompt-cut.ts'
import { readAnswer } from '../../teachers/read-answer.ts'
import { countTokens, tokenizerName } from '../../teachers/tokens.ts'
import { readJournalLineAt } from '../journal/reader.ts'
import { journalState, type SampleState } from '../journal/state.ts'
import { journalFolder } from '../run/paths.ts'
import { writePart } from '../run/part.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import type { ShardContext } from '../shard-context.ts'
import { emptyTracesCounts, hasText, tally, type TracesCounts } from './counts.ts'

/** The ledger's reason for an answer to a prompt that the server cut. */
const promptCut = 'prompt_cut'

/**
 * Turns a shard's journal into its `traces/` part: every sample in the plan's order, split into reasoning and answer,
 * its tokens counted. The part holds nothing that differs between two runs with the same answers (no times, no
 * attempts); those stay in the journal.
 */
export async function sealTraces(context: ShardContext, shard: number, fingerprint: string): Promise<void> {
  const states = await journalState(journalFolder(context.runFolder, shard))
  const counts = emptyTracesCounts(context.arms)
  await writePart(context.runFolder, 'traces', shard, {
    schema: Trace,
    rows: traces(context, shard, states, counts),
    fingerprint,
    counts: () => counts,
  })
}

async function* traces(
  context: ShardContext,
  shard: number,
  states: Map<string, SampleState>,
  counts: TracesCounts,
): AsyncGenerator<Trace> {
  for await (const sample of wantedSamples(context, shard)) {
    const state = states.get(sample.key)
    if (state === undefined || state.state === 'intended')
      throw new Error(`sample ${sample.key} has no outcome, yet its shard was sealed`)
    const outcome = (await readJournalLineAt(state.file, state.offset, state.length)) as Answered | Failed
    const trace = toTrace(sample, outcome)
    count(counts, context, sample, state, outcome, trace)
    yield trace
  }
}

function toTrace({ key, problem, arm, index, request }: WantedSample, outcome: Answered | Failed): Trace {
  const body = outcome.type === 'answered' ? outcome.body : outcome.partial
  const read = readAnswer(body, arm)
  const reasoning = countTokens(read.reasoning)
  const answer = countTokens(read.answer)
  // What was imported was asked by somebody else, in words and for a price that nobody here knows.
  const isOurs = outcome.type === 'answered' && !outcome.imported
  const cut = isOurs ? promptWasCut(arm, request, read.usage) : undefined
  return {
    key,
    problem_id: problem.id,
    arm: arm.name,
    sample_index: index,
    teacher: arm.teacher,
    model: arm.model,
    served_model: read.served_model,
    provider: read.provider,
    mode: arm.mode,
    switch: arm.switch,
    effort: arm.effort,
    sampling: arm.sampling,
    seed: outcome.imported ? 0 : sampleSeed(key),
    prompt_hash: outcome.imported?.prompt_hash ?? hashOf(request.messages),
    reasoning: read.reasoning,
    answer: read.answer,
    reasoning_source: read.reasoning_source,
    reasoning_state: read.reasoning_state,
    finish_reason: read.finish_reason,
    finish_state:
      outcome.type === 'answered'
        ? cut === undefined
          ? read.finish_state
          : 'api_error'
        : outcome.code === 'content_filter'
          ? 'refusal'
          : 'api_error',
    usage: read.usage,
    billed: isOurs ? billedTokens(arm, request, read) : toldByServer(read.usage),
    reasoning_tokens: reasoning.tokens,
    answer_tokens: answer.tokens,
    tokenizer: tokenizerName,
    tokens_estimated: reasoning.estimated || answer.estimated,
    error: errorOf(outcome, cut),
    raw: body === undefined ? '' : JSON.stringify(body),
  }
}

function errorOf(outcome: Answered | Failed, cut: string | undefined): string {
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

function count(
  counts: TracesCounts,
  context: ShardContext,
  sample: WantedSample,
  state: SampleState,
  outcome: Answered | Failed,
  trace: Trace,
): void {
  const arm = counts.arms[sample.arm.name]!
  arm.planned += 1
  if (outcome.type === 'failed') {
    tally(arm.unanswered, outcome.code)
    if (outcome.retryable) counts.retryable += 1
  } else if (trace.error !== '') {
    tally(arm.unanswered, promptCut)
  } else if (!hasText(trace)) {
    tally(arm.unparsed, trace.finish_state)
  } else arm.parsed += 1
  // What somebody else paid for is no spend of this run.
  if (outcome.imported) return
  arm.requests += state.requests
  arm.retries += state.requests - 1
  arm.unsettled += state.unsettled
  const { billed, usage } = trace
  arm.prompt_tokens += billed.prompt_tokens
  arm.completion_tokens += billed.completion_tokens + state.wasted_tokens
  if (usage.prompt_tokens === null) arm.estimated_tokens += billed.prompt_tokens
  if (usage.completion_tokens === null) arm.estimated_tokens += billed.completion_tokens
  const price = context.recipe.endpoints[sample.arm.endpoint]?.price
  const cost =
    outcome.type === 'answered' ? costUsd({ ...usage, ...tokensOf(billed) }, price, outcome.body) : null
  if (cost !== null) arm.cost_usd = (arm.cost_usd ?? 0) + cost
}

function tokensOf({
  prompt_tokens,
  completion_tokens,
}: Billed): Pick<Usage, 'prompt_tokens' | 'completion_tokens'> {
  return { prompt_tokens, completion_tokens }
}
