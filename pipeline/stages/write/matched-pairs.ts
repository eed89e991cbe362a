import type { Sample } from '../../../filters/filter.ts'
import type { MatchedPair } from '../../../output/exports/exporter.ts'
import type { Decision } from '../../../schemas/decision.ts'
import type { Pair } from '../../../schemas/pair.ts'
import { readPart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readSamples } from '../read-samples.ts'

/**
 * The pairs of all shards with their texts, in the order of the pair ids; the same every time. Holds the samples of one
 * problem at a time.
 */
export async function* matchedPairs(context: RunContext, shards: number): AsyncGenerator<MatchedPair> {
  for (let shard = 0; shard < shards; shard++) {
    await using samples = decidedSamples(context, shard)
    let next = await samples.next()
    for await (const pair of readPart<Pair>(context.runFolder, 'pairs', shard)) {
      const own: DecidedSample[] = []
      for (; !next.done && next.value.problem.id === pair.pair_id; next = await samples.next())
        own.push(next.value)
      if (pair.lost === '') yield match(pair, own)
    }
  }
}

type DecidedSample = Sample & { decision: Decision }

/** The samples of a shard with their decisions, which stand in the same order. */
async function* decidedSamples(context: RunContext, shard: number): AsyncGenerator<DecidedSample> {
  await using decisions = readPart<Decision>(context.runFolder, 'decisions', shard)
  for await (const sample of readSamples(context, shard)) {
    const decision = (await decisions.next()).value as Decision | undefined
    if (decision?.key !== sample.trace.key)
      throw new Error(
        `shard ${shard}: trace ${sample.trace.key} stands beside the decision on ${decision?.key ?? 'nothing'}`,
      )
    yield { ...sample, decision }
  }
}

function match(pair: Pair, samples: readonly DecidedSample[]): MatchedPair {
  const members = pair.members.map((member) => {
    const sample = samples.find((candidate) => candidate.trace.key === member.key)
    if (!sample)
      throw new Error(`pair ${pair.pair_id} names the trace ${member.key}, which its shard does not hold`)
    const { arm, trace, verdict, decision } = sample
    return { arm, trace, verdict, decision, member }
  })
  const { problem, instruction } = samples[0]!
  return { problem, instruction, members }
}
