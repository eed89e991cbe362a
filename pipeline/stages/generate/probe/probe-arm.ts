import { join } from 'node:path'
import type { Arm, ChatRequest } from '../../../../schemas/arm.ts'
import { hashOf } from '../../../../schemas/canonical.ts'
import type { Attempt, Outcome } from '../../../../schemas/journal.ts'
import type { Probe, ServerFacts, StreamForm } from '../../../../schemas/probe.ts'
import { billOf } from '../../../../teachers/cost/bill.ts'
import { CallError } from '../../../../teachers/wire/call-error.ts'
import { classifyFailure } from '../../../../teachers/wire/classify-error.ts'
import { findDialect } from '../../../../teachers/dialects/registry.ts'
import type { EndpointClient } from '../../../../teachers/endpoint/endpoint.ts'
import { concludeContext } from '../../../../teachers/probe/context-length.ts'
import { concludeProbe } from '../../../../teachers/probe/conclude-probe.ts'
import { leavesDoubt } from '../../../../teachers/probe/conclude-reasoning.ts'
import type { Observed } from '../../../../teachers/probe/observed.ts'
import { probeCall, type ProbePurpose } from '../../../../teachers/probe/probe-calls.ts'
import { readUsage } from '../../../../teachers/reply/read-usage.ts'
import { askJournalled, type AskedFor } from '../../../engine/ask-journalled.ts'
import type { Worker } from '../../../engine/worker.ts'
import { openJournal, type JournalWriter } from '../../../../store/journal/writer.ts'
import { journalFolder } from '../../../../store/run/paths.ts'
import { probeFingerprint, probeMessages } from './probe-form.ts'
import { identityOf } from './stored-probes.ts'

/** What probing needs of a run; a worker has it. */
export type ProbeMeans = Pick<
  Worker,
  'context' | 'attempt' | 'now' | 'stop' | 'budget' | 'endpoint' | 'reporter'
>

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
  return openJournal(join(journalFolder(context.runFolder, 0, 'probe'), attempt), billOf)
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
  options: ProbeOptions,
): Promise<Probe> {
  const { reporter } = means
  reporter.note(
    `probing arm ${arm.name}: ${arm.model} at endpoint ${arm.endpoint} is asked a few small questions`,
  )
  let waited = 0
  const timer = setInterval(() => {
    waited += waitingLineMs / 1000
    reporter.note(`probing arm ${arm.name}: still waiting for answers after ${waited} s`)
  }, waitingLineMs)
  try {
    return await askAndConclude(means, journal, arm, options)
  } finally {
    clearInterval(timer)
  }
}

/** A model that reasons needs minutes for a question, and a person should see that nothing is stuck. */
const waitingLineMs = 30_000

async function askAndConclude(
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
    const asked = askedFor(arm, fingerprint, purpose, outcomes.length)
    const outcome =
      known.get(asked.key) ??
      (await askJournalled(means, journal, asked, (watched) =>
        // What the arm itself asks must be taken; of the rest a refusal is what is to be found out.
        endpoint.ask(call.request, {
          seed: call.seed,
          arm,
          ...watched,
          experiment: !purpose.endsWith('question'),
        }),
      ))
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
  // What looks like an answer that nothing was thought about is looked at once more.
  else if (arm.mode === 'non_thinking') await observe('short_question')
  await observe('cut')
  let facts: ServerFacts = { software: '', version: '', contexts: {}, context: null }
  let stream: StreamForm | null = null
  if (depth === 'full') {
    facts = await endpoint.facts()
    for (const purpose of furtherPurposes(arm, findDialect(options.dialect).seed)) await observe(purpose)
    // What that may cost at most fits into no budget.
    if (!means.budget.limited && concludeContext(arm.model, facts, []) === null) await observe('context')
    const call = probeCall('cut', arm, options.dialect, messages)
    const asked = {
      ...askedFor(arm, fingerprint, 'cut', outcomes.length),
      key: hashOf([fingerprint, 'stream']),
    }
    const streamed = await askStream(means, endpoint, journal, { arm, request: call.request, asked })
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

function askedFor(arm: Arm, fingerprint: string, purpose: ProbePurpose, index: number): AskedFor {
  return {
    key: hashOf([fingerprint, purpose]),
    problem_id: `probe_${purpose}`,
    arm: arm.name,
    sample_index: index,
    endpoint: arm.endpoint,
    model: arm.model,
  }
}

/** The answer to a question that is asked as a stream, and how it came; `undefined` where nothing is streamed. */
async function askStream(
  means: ProbeMeans,
  endpoint: EndpointClient,
  journal: JournalWriter,
  { arm, request, asked }: { arm: Arm; request: ChatRequest; asked: AskedFor },
): Promise<{ outcome: Outcome; form: StreamForm | null } | undefined> {
  if (!endpoint.streams()) return undefined
  const { now } = means
  let form: StreamForm | null = null
  const outcome = await askJournalled(means, journal, asked, async ({ signal, onSend }) => {
    let start = now()
    const attempt = (status: number, error: string): Attempt => ({
      ms: Math.max(0, now() - start),
      status,
      error,
      completion_tokens: null,
    })
    try {
      const streamed = await endpoint.streamForm(request, {
        seed: 1,
        arm,
        signal,
        onSend: async (most) => {
          await onSend(most)
          start = now()
        },
      })
      form = streamed.form
      return { ok: true, body: streamed.body, attempts: [{ ...attempt(200, ''), ...streamed.billed }] }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof CallError)) throw error
      const { status, message } = error.failure
      const { code } = classifyFailure(error.failure, { succeeded: true })
      const attempts = [attempt(status, code)]
      return { ok: false, code, message, retryable: true, attempts }
    }
  })
  return { outcome, form }
}

function spendOf(outcomes: readonly Outcome[]): Probe['spend'] {
  const usages = outcomes.map((outcome) => readUsage(outcome.type === 'answered' ? outcome.body : undefined))
  return {
    requests: outcomes.reduce((sum, { attempts }) => sum + attempts.length, 0),
    prompt_tokens: usages.reduce((sum, usage) => sum + (usage.prompt_tokens ?? 0), 0),
    completion_tokens: usages.reduce((sum, usage) => sum + (usage.completion_tokens ?? 0), 0),
  }
}
