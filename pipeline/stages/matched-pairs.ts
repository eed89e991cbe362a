import type { Sample } from '../../filters/filter.ts'
import type { MatchedPair } from '../../output/exporter.ts'
import type { Pair } from '../../schemas/pair.ts'
import { readPart } from '../run/part.ts'
import type { ShardContext } from '../stage.ts'
import { readSamples } from './read-samples.ts'

/**
 * The pairs of all shards with their texts, in the order of the pair ids; the same every time. Holds the samples of one
 * problem at a time.
 */
export async function* matchedPairs(context: ShardContext, shards: number): AsyncGenerator<MatchedPair> {
  for (let shard = 0; shard < shards; shard++) {
    await using samples = readSamples(context, shard)
    let next = await samples.next()
    for await (const pair of readPart<Pair>(context.runFolder, 'pairs', shard)) {
      const own: Sample[] = []
      for (; !next.done && next.value.problem.id === pair.pair_id; next = await samples.next())
        own.push(next.value)
      if (pair.lost === '') yield match(pair, own)
    }
  }
}

function match(pair: Pair, samples: readonly Sample[]): MatchedPair {
  const members = pair.members.map((member) => {
    const sample = samples.find((candidate) => candidate.trace.key === member.key)
    if (!sample)
      throw new Error(`pair ${pair.pair_id} names the trace ${member.key}, which its shard does not hold`)
    return { arm: sample.arm, trace: sample.trace, verdict: sample.verdict, member }
  })
  const { problem, instruction } = samples[0]!
  return { problem, instruction, members }
}
