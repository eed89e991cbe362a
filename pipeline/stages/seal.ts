import { sampleSeed } from '../../schemas/arm.ts'
import { addBill, addTokens, type Tokens } from '../../schemas/bill.ts'
import { hashOf } from '../../schemas/canonical.ts'
import type { Answered, Failed } from '../../schemas/journal.ts'
import { Trace } from '../../schemas/trace.ts'
import { billOf } from '../../teachers/bill.ts'
import { readAnswer } from '../../teachers/read-answer.ts'
import { countTokens, tokenizerName } from '../../teachers/tokens.ts'
import { readJournalLineAt } from '../journal/reader.ts'
import { journalState, type SampleState } from '../journal/state.ts'
import { journalFolder } from '../run/paths.ts'
import { writePart } from '../run/part.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import type { ShardContext } from '../shard-context.ts'
import { emptyTracesCounts, hasText, tally, tallyTokens, tokensOf, type TracesCounts } from './counts.ts'

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
    count(counts, sample, state, outcome, trace)
    yield trace
  }
}

function toTrace({ key, problem, arm, index, request }: WantedSample, outcome: Answered | Failed): Trace {
  const body = outcome.type === 'answered' ? outcome.body : outcome.partial
  const read = readAnswer(body, arm)
  const reasoning = countTokens(read.reasoning)
  const answer = countTokens(read.answer)
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
    effort: arm.effort,
    sampling: arm.sampling,
    seed: sampleSeed(key),
    prompt_hash: hashOf(request.messages),
    reasoning: read.reasoning,
    answer: read.answer,
    reasoning_source: read.reasoning_source,
    reasoning_state: read.reasoning_state,
    finish_reason: read.finish_reason,
    finish_state:
      outcome.type === 'answered'
        ? read.finish_state
        : outcome.code === 'content_filter'
          ? 'refusal'
          : 'api_error',
    usage: read.usage,
    reasoning_tokens: reasoning.tokens,
    answer_tokens: answer.tokens,
    tokenizer: tokenizerName,
    tokens_estimated: reasoning.estimated || answer.estimated,
    error: outcome.type === 'failed' ? `${outcome.code}: ${outcome.message}` : '',
    raw: body === undefined ? '' : JSON.stringify(body),
  }
}

function count(
  counts: TracesCounts,
  sample: WantedSample,
  state: SampleState,
  outcome: Answered | Failed,
  trace: Trace,
): void {
  const arm = counts.arms[sample.arm.name]!
  arm.planned += 1
  const wasted: Tokens = { prompt: state.wasted_prompt_tokens, cached: 0, completion: state.wasted_tokens }
  if (outcome.type === 'failed') {
    tally(arm.unanswered, outcome.code)
    tallyTokens(arm.tokens.unanswered, outcome.code, wasted)
    if (outcome.retryable) counts.retryable += 1
  } else {
    const tokens = tokensOf(trace)
    addTokens(arm.tokens.repeated, wasted)
    if (hasText(trace)) {
      arm.parsed += 1
      addTokens(arm.tokens.parsed, tokens)
    } else {
      tally(arm.unparsed, trace.finish_state)
      tallyTokens(arm.tokens.unparsed, trace.finish_state, tokens)
    }
    const { prompt, charged } = billOf(outcome.attempts.slice(-1), outcome.body)
    addBill(arm.bill, { ...tokens, prompt, charged })
    arm.tokens.unstated.prompt += prompt - tokens.prompt
  }
  addTokens(arm.bill, wasted)
  arm.requests += state.requests
  arm.retries += state.requests - 1
  arm.unsettled += state.unsettled
}
