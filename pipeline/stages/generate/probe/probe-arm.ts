import { join } from 'node:path'
import type { Arm, ChatRequest } from '../../../../schemas/arm.ts'
import { hashOf } from '../../../../schemas/canonical.ts'
import { TwinstillError } from '../../../../schemas/errors.ts'
import type { Attempt, JournalLine, Outcome } from '../../../../schemas/journal.ts'
import type { Probe, ServerFacts, StreamForm } from '../../../../schemas/probe.ts'
import { CallError } from '../../../../teachers/wire/call-error.ts'
import { findDialect } from '../../../../teachers/dialects/registry.ts'
import type { AskResult, EndpointClient } from '../../../../teachers/endpoint/endpoint.ts'
import { concludeContext } from '../../../../teachers/probe/context-length.ts'
import { concludeProbe } from '../../../../teachers/probe/conclude-probe.ts'
import { leavesDoubt } from '../../../../teachers/probe/conclude-reasoning.ts'
import type { Observed } from '../../../../teachers/probe/observed.ts'
import { probeCall, type ProbeCall, type ProbePurpose } from '../../../../teachers/probe/probe-calls.ts'
import { readUsage } from '../../../../teachers/reply/read-usage.ts'
import type { Engine } from '../../../engine/engine.ts'
import { openJournal, type JournalWriter } from '../../../../store/journal/writer.ts'
import { journalFolder } from '../../../../store/run/paths.ts'
import { probeFingerprint, probeMessages } from './probe-form.ts'
import { identityOf } from './stored-probes.ts'

/** What probing needs of a run; an engine has it. */
export type ProbeMeans = Pick<Engine, 'context' | 'attempt' | 'now' | 'stop' | 'budget' | 'endpoint'>

export type ProbeOptions = {
  /** `quick`: where the reasoning comes back, whether off is obeyed, what a cut looks like. */
  depth: Probe['depth']
  /** The arm's last probe. */
  earlier: Probe | undefined
  /** Outcomes of a probe that did not come to its end, by key: what they cost is spent. */
  known?: ReadonlyMap<string, Outcome>
}

/** The journal that the probes of a start are written to. */
export function openProbeJournal({ context, attempt }: ProbeMeans): JournalWriter {
  return openJournal(join(journalFolder(context.runFolder, 0, 'probe'), attempt))
}

/**
 * Asks an arm's endpoint a few small questions, as the arm asks, and judges what comes back. Every call is journalled.
 *
 * @throws RunError or StoppedError when the endpoint cannot be used at all, as when it is asked for samples
 */
export async function probeArm(
  means: ProbeMeans,
  journal: JournalWriter,
  arm: Arm,
  { depth, earlier, known = new Map() }: ProbeOptions,
): Promise<Probe> {
  const { context, now } = means
  const options = context.recipe.endpoints[arm.endpoint]!
  const fingerprint = probeFingerprint(context.recipe, arm)
  const messages = probeMessages(context.recipe)
  const endpoint = await means.endpoint(arm.endpoint)
  const observed: Observed[] = []
  const outcomes: Outcome[] = []

  async function observe(purpose: ProbePurpose): Promise<Observed> {
    const call = probeCall(purpose, arm, options.dialect, messages)
    const line = lineOf(arm, fingerprint, purpose, outcomes.length)
    const outcome = known.get(line.key) ?? (await ask(means, endpoint, journal, call, line))
    outcomes.push(outcome)
    const seen: Observed =
      outcome.type === 'answered'
        ? { purpose, limit: call.limit, ok: true, body: outcome.body }
        : { purpose, limit: call.limit, ok: false, code: outcome.code, message: outcome.message }
    observed.push(seen)
    return seen
  }

  const first = await observe('question')
  if (leavesDoubt(arm.mode, first)) await observe('second_question')
  await observe('cut')
  let facts: ServerFacts = { software: '', version: '', contexts: {}, context: null }
  let stream: StreamForm | null = null
  if (depth === 'full') {
    facts = await endpoint.facts()
    for (const purpose of furtherPurposes(arm, findDialect(options.dialect).seed)) await observe(purpose)
    // What that may cost at most fits into no budget.
    if (!means.budget.limited && concludeContext(arm.model, facts, []) === null) await observe('context')
    const call = probeCall('cut', arm, options.dialect, messages)
    const line = { ...lineOf(arm, fingerprint, 'cut', outcomes.length), key: hashOf([fingerprint, 'stream']) }
    const streamed = await askStream(means, endpoint, journal, call.request, line)
    if (streamed) outcomes.push(streamed.outcome)
    stream = streamed?.form ?? null
  }
  return {
    format: 1,
    arm: arm.name,
    endpoint: arm.endpoint,
    model: arm.model,
    mode: arm.mode,
    fingerprint,
    identity: identityOf(arm),
    at: new Date(now()).toISOString(),
    depth,
    spend: spendOf(outcomes),
    ...concludeProbe(arm, {
      dialect: options.dialect,
      observed,
      facts,
      stream,
      earlier: earlier?.contract ?? null,
    }),
  }
}

/** What only a full probe asks. Without a seed nothing can be told from two texts. */
function furtherPurposes(arm: Arm, seeded: boolean): ProbePurpose[] {
  if (!seeded) return ['several']
  const filtered: ProbePurpose[] = arm.sampling.min_p === null ? [] : ['min_p']
  return ['cut_again', 'cut_other_seed', 'several', 'top_k', 'top_k_other_seed', ...filtered]
}

type LineOf = Pick<JournalLine, 'key' | 'problem_id' | 'arm' | 'sample_index' | 'endpoint' | 'model'>

function lineOf(arm: Arm, fingerprint: string, purpose: ProbePurpose, index: number): LineOf {
  return {
    key: hashOf([fingerprint, purpose]),
    problem_id: `probe_${purpose}`,
    arm: arm.name,
    sample_index: index,
    endpoint: arm.endpoint,
    model: arm.model,
  }
}

async function ask(
  { now, stop }: ProbeMeans,
  endpoint: EndpointClient,
  journal: JournalWriter,
  { purpose, request, seed }: ProbeCall,
  line: LineOf,
): Promise<Outcome> {
  const tries: Attempt[] = []
  let sent = false
  const journalled = async (outcome: Outcome): Promise<Outcome> => {
    await journal.append(outcome)
    return outcome
  }
  let result: AskResult
  try {
    result = await endpoint.ask(request, {
      seed,
      signal: stop.abandon,
      // What the arm itself asks must be taken; of the rest a refusal is what is to be found out.
      experiment: !purpose.endsWith('question'),
      onSend: async () => {
        await journal.append({ type: 'intent', ...line, at: now() })
        sent = true
      },
      onAttempt: (attempt) => tries.push(attempt),
    })
  } catch (error) {
    if (sent && error instanceof TwinstillError && !stop.abandon.aborted) {
      const refused = { code: 'refused', message: error.message, retryable: true, attempts: tries }
      await journalled({ type: 'failed', ...line, at: now(), ...refused })
    }
    throw error
  }
  if (result.ok) {
    const { body, attempts } = result
    return journalled({ type: 'answered', ...line, at: now(), attempts, body })
  }
  const { ok: _ok, ...failure } = result
  return journalled({ type: 'failed', ...line, at: now(), ...failure })
}

async function askStream(
  { now, stop }: ProbeMeans,
  endpoint: EndpointClient,
  journal: JournalWriter,
  request: ChatRequest,
  line: LineOf,
): Promise<{ outcome: Outcome; form: StreamForm | null } | undefined> {
  if (!endpoint.streams()) return undefined
  let start = now()
  const attempt = (status: number, error: string): Attempt => ({
    ms: Math.max(0, now() - start),
    status,
    error,
    completion_tokens: null,
  })
  try {
    const { form, body, billed } = await endpoint.streamForm(request, {
      seed: 1,
      signal: stop.abandon,
      onSend: async () => {
        await journal.append({ type: 'intent', ...line, at: now() })
        start = now()
      },
    })
    const attempts = [{ ...attempt(200, ''), ...billed }]
    const outcome: Outcome = { type: 'answered', ...line, at: now(), attempts, body }
    await journal.append(outcome)
    return { outcome, form }
  } catch (error) {
    stop.abandon.throwIfAborted()
    if (!(error instanceof CallError)) throw error
    const { status, code, message } = error.failure
    const attempts = [attempt(status, code || 'connection')]
    const outcome: Outcome = { type: 'failed', ...line, at: now(), attempts, code, message, retryable: true }
    await journal.append(outcome)
    return { outcome, form: null }
  }
}

function spendOf(outcomes: readonly Outcome[]): Probe['spend'] {
  const usages = outcomes.map((outcome) => readUsage(outcome.type === 'answered' ? outcome.body : undefined))
  return {
    requests: outcomes.reduce((sum, { attempts }) => sum + attempts.length, 0),
    prompt_tokens: usages.reduce((sum, usage) => sum + (usage.prompt_tokens ?? 0), 0),
    completion_tokens: usages.reduce((sum, usage) => sum + (usage.completion_tokens ?? 0), 0),
  }
}
