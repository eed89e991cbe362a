import { hashOf } from '../../schemas/canonical.ts'
import { readAnswerVersion } from '../../teachers/read-answer.ts'
import { tokenizerName } from '../../teachers/tokens.ts'
import { allVerifiers } from '../../verifiers/async-registry.ts'
import { askMissing } from '../generate/ask-shard.ts'
import type { ShardStage } from '../stage.ts'
import type { TracesCounts } from './counts.ts'

const version = 2
const verifierVersions = allVerifiers.map((verifier) => [verifier.name, verifier.version])

export const generateStage: ShardStage = {
  name: 'generate',
  reads: ['problems'],
  writes: 'traces',
  fingerprint: ({ recipe, arms, imports }, inputs) =>
    hashOf({
      version,
      reading: [readAnswerVersion, tokenizerName],
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
  isUnfinished: (counts) => (counts as TracesCounts).retryable > 0,
  async run(engine, shard, fingerprint) {
    const { taken, inBatches } = await askMissing(engine, shard)
    engine.inBatches.count += inBatches
    if (inBatches > 0) return 'waiting'
    await engine.inWorker('sealTraces', shard, fingerprint, taken)
    return 'done'
  },
}
