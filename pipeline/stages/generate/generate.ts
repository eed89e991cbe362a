import { digestsPath } from '../../../store/run/paths.ts'
import { join } from 'node:path'
import { firstSamples, type Arm } from '../../../schemas/arm.ts'
import { StoppedError } from '../../../schemas/errors.ts'
import { type QuarantineReason, quarantineReasons } from '../../../schemas/reasons.ts'
import { acceptedBy } from '../../../teachers/reply/quarantine.ts'
import { requireKeys } from '../../engine/endpoints.ts'
import type { Worker } from '../../engine/worker.ts'
import { askMissing } from './ask-shard.ts'
import { partState } from '../../../store/parts/part.ts'
import { threadJob, type ShardStage } from '../stage.ts'
import { sum, type TracesCounts } from '../../../schemas/counts.ts'
import { importTraces } from './import/import-traces.ts'
import { probeBeforeAsking } from './probe/probe-before-asking.ts'
import { reuseAnswers } from './reuse.ts'
import type { SamplesTaken } from './samples.ts'
import { sealTraces } from './seal.ts'
import { mayBeAskedAgain, tracesFingerprint } from './traces-part.ts'

export const generateStage: ShardStage<'traces', SamplesTaken> = {
  name: 'generate',
  scope: 'shard',
  reads: ['problems'],
  writes: 'traces',
  fingerprint: tracesFingerprint,
  isUnfinished: mayBeAskedAgain,
  require({ recipe }, environment) {
    requireKeys(recipe, environment)
  },
  async prepare(books, plan) {
    const { context } = books
    const hub = books.hub(join(context.runFolder, 'imports.hub'))
    context.imports = await importTraces(context, plan, {
      ...books,
      hub,
      digests: digestsPath(context.runFolder),
    })
  },
  async begin(worker, plan) {
    // The first of several workers takes them for all.
    if (!worker.session.joined) await reuseAnswers(worker, plan)
    await probeBeforeAsking(worker, plan)
  },
  samplesAhead: ({ arms, chosen }, { problems }) =>
    Object.fromEntries(arms.map((arm) => [arm.name, (chosen?.problems ?? problems) * firstSamples(arm)])),
  passedOver({ context, reporter }, counts) {
    for (const arm of context.arms) reporter.advance({ ...samplesIn(arm, counts), known: true })
  },
  whyAwaited: (count) =>
    new StoppedError(
      `${count} samples are on their way through batches: import their results with \`npm run batch -- import RECIPE FILE…\`, or take them back with \`npm run batch -- recall RECIPE NAME…\``,
    ),
  async run(worker, job, asked) {
    const { taken, inBatches } = await askMissing(worker, job)
    if (inBatches > 0) return { awaited: inBatches }
    await asked()
    worker.stop.stop.throwIfAborted()
    await worker.inThread(threadJob(generateStage, job, taken))
    await warnOfQuarantine(worker, job.shard)
    return undefined
  },
  inThread: sealTraces,
}

/** How many samples of an arm a sealed part holds, from its own count, and how many of them only the answers asked for. */
function samplesIn(arm: Arm, counts: TracesCounts): { arm: string; samples: number; more_samples: number } {
  const { planned, adaptive } = counts.arms[arm.name]!
  return {
    arm: arm.name,
    samples: planned,
    more_samples: adaptive ? planned - sum(adaptive) * firstSamples(arm) : 0,
  }
}

/** Once an arm: what a person can do about it does not hang on the number, which the ledger has. */
async function warnOfQuarantine(worker: Worker, shard: number): Promise<void> {
  const counts = (await partState(worker.context.runFolder, 'traces', shard))?.counts
  for (const [arm, { unparsed, planned }] of Object.entries(counts?.arms ?? {})) {
    const reason = (Object.keys(quarantineReasons) as QuarantineReason[]).find((each) => each in unparsed)
    if (reason === undefined) continue
    const meaning = quarantineReasons[reason]
    const by = acceptedBy[reason]
    const release =
      by === 'reasoning_in'
        ? `state every place in \`arms.${arm}.reasoning_in\``
        : `add ${by} to \`generate.probe.accept\``
    worker.warnings.once(
      `quarantine ${arm}`,
      `arm ${arm}: ${unparsed[reason]} of ${planned} responses of a shard are set aside (${reason}). ${meaning} When there are many, run \`npm run probe\` again; to use them as they are, ${release}: nothing is asked again`,
    )
  }
}
