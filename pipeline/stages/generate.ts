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
  fingerprint: ({ recipe, arms }, inputs) =>
    hashOf({
      version,
      reading: [readAnswerVersion, tokenizerName],
      arms,
      instructions: recipe.instructions,
      // Not the price: the part counts tokens, and what they cost is the ledger's matter.
      dialects: arms.map((arm) => recipe.endpoints[arm.endpoint]!.dialect),
      inputs,
    }),
  isUnfinished: (counts) => (counts as TracesCounts).retryable > 0,
  async run(engine, shard, fingerprint) {
    await askMissing(engine, shard)
    await engine.inWorker('sealTraces', shard, fingerprint)
  },
}
