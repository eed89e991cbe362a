import { hashOf } from '../../../schemas/canonical.ts'
import { quarantineReasons } from '../../../teachers/reply/quarantine.ts'
import { readAnswerVersion } from '../../../teachers/reply/read-answer.ts'
import { tokenizerName } from '../../../teachers/cost/tokens.ts'
import { allVerifiers } from '../../../verifiers/all-verifiers.ts'
import type { Engine } from '../../engine/engine.ts'
import { askMissing } from './ask-shard.ts'
import { partState } from '../../../store/parts/part.ts'
import type { ShardStage } from '../stage.ts'

const version = 3
const verifierVersions = allVerifiers.map((verifier) => [verifier.name, verifier.version])

export const generateStage: ShardStage<'traces'> = {
  name: 'generate',
  reads: ['problems'],
  writes: 'traces',
  fingerprint: ({ recipe, arms, imports, readingRules }, inputs) =>
    hashOf({
      version,
      reading: [readAnswerVersion, tokenizerName, arms.map((arm) => readingRules[arm.name] ?? null)],
      arms,
      instructions: recipe.instructions,
      // Not the price: the part counts tokens, and what they cost is the ledger's matter.
      dialects: arms.map((arm) => recipe.endpoints[arm.endpoint]?.dialect ?? null),
      imports,
      // Where the number of samples depends on verdicts, so do the traces.
      verifiers: arms.some((arm) => arm.adaptive !== null)
        ? [verifierVersions, { ...recipe.verify, workers: undefined, judge: undefined, majority: undefined }]
        : undefined,
      inputs,
    }),
  isUnfinished: ({ retryable }) => retryable > 0,
  async run(engine, shard, fingerprint) {
    const { taken, inBatches } = await askMissing(engine, shard)
    engine.inBatches.count += inBatches
    if (inBatches > 0) return 'waiting'
    await engine.inWorker('sealTraces', shard, fingerprint, taken)
    await warnOfQuarantine(engine, shard)
    return 'done'
  },
}

/** Once an arm: what a person can do about it does not hang on the number, which the ledger has. */
async function warnOfQuarantine(engine: Engine, shard: number): Promise<void> {
  const counts = (await partState(engine.context.runFolder, 'traces', shard))?.counts
  for (const [arm, { unparsed, planned }] of Object.entries(counts?.arms ?? {})) {
    const reason = Object.keys(quarantineReasons).find((each) => each in unparsed)
    if (reason === undefined) continue
    const meaning = quarantineReasons[reason as keyof typeof quarantineReasons]
    const release =
      reason === 'quarantined_reasoning_place'
        ? `state every place in \`arms.${arm}.reasoning_in\``
        : `add ${reason === 'quarantined_answer_in_reasoning' ? 'answer_in_reasoning' : 'off_not_obeyed'} to \`generate.probe.accept\``
    engine.warnOnce(
      `quarantine ${arm}`,
      `arm ${arm}: ${unparsed[reason]} of ${planned} responses of a shard are set aside (${reason}). ${meaning} When there are many, run \`npm run probe\` again; to use them as they are, ${release}: nothing is asked again`,
    )
  }
}
