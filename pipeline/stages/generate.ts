import { join } from 'node:path'
import { sampleSeed } from '../../schemas/arm.ts'
import { hashOf } from '../../schemas/canonical.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { TwinstillError } from '../../schemas/errors.ts'
import type { AskResult, EndpointClient } from '../../teachers/endpoint.ts'
import { costUsd } from '../../teachers/price.ts'
import { readAnswerVersion } from '../../teachers/read-answer.ts'
import { readUsage } from '../../teachers/read-usage.ts'
import { tokenizerName } from '../../teachers/tokens.ts'
import type { Engine } from '../engine.ts'
import { repairTornTails } from '../journal/reader.ts'
import { journalState, needsAsking } from '../journal/state.ts'
import { openJournal, type JournalWriter } from '../journal/writer.ts'
import { journalFolder } from '../run/paths.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import { settleAll } from '../settle.ts'
import type { ShardStage } from '../stage.ts'
import type { TracesCounts } from './counts.ts'

const version = 1

export const generateStage: ShardStage = {
  name: 'generate',
  reads: ['problems'],
  writes: 'traces',
  fingerprint: ({ recipe, arms }, inputs) =>
    hashOf({
      version,
      reading: [readAnswerVersion, tokenizerName],
      arms,
      instructions: recipe.instructions,
      // The price changes no answer, but the part's count holds what it cost.
      endpoints: arms
        .map((arm) => recipe.endpoints[arm.endpoint]!)
        .map(({ dialect, price }) => [dialect, price]),
      inputs,
    }),
  isUnfinished: (counts) => (counts as TracesCounts).retryable > 0,
  async run(engine, shard, fingerprint) {
    await askMissing(engine, shard)
    await engine.inWorker('sealTraces', shard, fingerprint)
  },
}

/**
 * Asks for every sample of a shard that has no answer on disk. A second start therefore sends only what is missing, and
 * what was asked under another recipe is found again when the recipe returns to it.
 */
async function askMissing(engine: Engine, shard: number): Promise<void> {
  const folder = journalFolder(engine.context.runFolder, shard)
  await repairTornTails(folder)
  const states = await journalState(folder)
  const missing = new Map<string, WantedSample[]>()
  let known = 0
  for await (const sample of wantedSamples(engine.context, shard)) {
    if (!needsAsking(states.get(sample.key))) {
      known += 1
      continue
    }
    const ofEndpoint = missing.get(sample.arm.endpoint)
    if (ofEndpoint) ofEndpoint.push(sample)
    else missing.set(sample.arm.endpoint, [sample])
  }
  engine.reporter.advance({ samples: known, known: true })
  if (missing.size === 0) return
  const journal = openJournal(join(folder, engine.attempt))
  try {
    // Each endpoint has a loop of its own, so that a slow one does not hold back the others.
    await settleAll(
      [...missing].map(([name, samples]) =>
        orHalt(engine, async () => askEndpoint(engine, await engine.endpoint(name), journal, samples)),
      ),
    )
  } finally {
    await journal.close()
  }
}

async function askEndpoint(
  engine: Engine,
  endpoint: EndpointClient,
  journal: JournalWriter,
  samples: WantedSample[],
): Promise<void> {
  const asked: Promise<void>[] = []
  for (const sample of samples) {
    await endpoint.ready()
    if (engine.stop.stop.aborted) break
    asked.push(orHalt(engine, () => askSample(engine, endpoint, journal, sample)))
  }
  // What is in flight has been paid for: it is waited for and journalled even when the run is to end.
  await settleAll(asked)
  engine.stop.stop.throwIfAborted()
}

/** What ends one request ends the run: nothing more is sent anywhere, so that no other endpoint runs on alone. */
async function orHalt(engine: Engine, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    engine.stop.halt(error)
    throw error
  }
}

async function askSample(
  engine: Engine,
  endpoint: EndpointClient,
  journal: JournalWriter,
  { key, problem, arm, index, request }: WantedSample,
): Promise<void> {
  const sample = { key, problem_id: problem.id, arm: arm.name, sample_index: index }
  let sent = false
  const tries: Attempt[] = []
  let result: AskResult
  try {
    result = await endpoint.ask(request, {
      seed: sampleSeed(key),
      signal: engine.stop.abandon,
      onSend: async () => {
        await journal.append({ type: 'intent', ...sample, at: engine.now() })
        sent = true
      },
      onAttempt: (attempt) => tries.push(attempt),
    })
  } catch (error) {
    // Nobody was given up: its tries came to an end. Only requests given up in flight stay without an outcome.
    if (sent && error instanceof TwinstillError && !engine.stop.abandon.aborted) {
      const { message } = error
      await journal.append({
        type: 'failed',
        ...sample,
        at: engine.now(),
        attempts: tries,
        code: 'refused',
        message,
        retryable: true,
      })
    }
    throw error
  }
  if (result.ok) {
    await journal.append({
      type: 'answered',
      ...sample,
      at: engine.now(),
      attempts: result.attempts,
      body: result.body,
    })
    const usage = readUsage(result.body)
    const cost_usd = costUsd(usage, engine.context.recipe.endpoints[arm.endpoint]?.price, result.body) ?? 0
    engine.reporter.advance({ samples: 1, completion_tokens: usage.completion_tokens ?? 0, cost_usd })
  } else {
    const { code, message, retryable, attempts, partial } = result
    await journal.append({
      type: 'failed',
      ...sample,
      at: engine.now(),
      attempts,
      code,
      message,
      retryable,
      ...(partial === undefined ? {} : { partial }),
    })
    engine.warnOften(
      'unanswered',
      `no answer from ${arm.name} for problem ${problem.id}: ${code}: ${message}`,
    )
    engine.reporter.advance({ samples: 1 })
  }
}
