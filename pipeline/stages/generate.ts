import { hashOf } from '../../schemas/canonical.ts'
import { readAnswerVersion } from '../../teachers/read-answer.ts'
import { tokenizerName } from '../../teachers/tokens.ts'
import { askMissing } from '../generate/ask-shard.ts'
import type { ShardStage } from '../stage.ts'
import type { TracesCounts } from './counts.ts'

const version = 2

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
      // The price changes no answer, but the part's count holds what it cost.
      endpoints: arms
        .filter((arm) => !arm.import)
        .map((arm) => recipe.endpoints[arm.endpoint]!)
        .map(({ dialect, price }) => [dialect, price]),
      imports,
      inputs,
    }),
  isUnfinished: (counts) => (counts as TracesCounts).retryable > 0,
  async run(engine, shard, fingerprint) {
    const inBatches = await askMissing(engine, shard)
    engine.inBatches.count += inBatches
    if (inBatches > 0) return 'waiting'
    await engine.inWorker('sealTraces', shard, fingerprint)
    return 'done'
  },
}
