import type { MatchedPair } from '../../../output/exports/exporter.ts'
import { userMessage } from '../../../problems/user-message.ts'
import { joinParts, type JoinedProblem } from '../../../store/parts/join.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { traceColumns } from '../read-samples.ts'

const wanted = {
  problems: 'all',
  traces: traceColumns,
  verdicts: 'all',
  decisions: 'all',
  pairs: 'all',
} as const

/**
 * The pairs of all shards with their texts, in the order of the pair ids; the same every time. Holds the samples of one
 * problem at a time.
 */
export async function* matchedPairs(context: RunContext, shards: number): AsyncGenerator<MatchedPair> {
  for (let shard = 0; shard < shards; shard++)
    for await (const joined of joinParts(context.runFolder, shard, wanted))
      if (joined.pair.lost === '') yield match(context, joined)
}

function match(
  { recipe, arms }: RunContext,
  { problem, pair, samples }: JoinedProblem<typeof wanted>,
): MatchedPair {
  const members = pair.members.map((member) => {
    const sample = samples.find(({ trace }) => trace.key === member.key)
    const arm = arms.find(({ name }) => name === member.arm)
    if (!sample || !arm)
      throw new Error(`pair ${pair.pair_id} names the trace ${member.key}, which its shard does not hold`)
    const { trace, verdict, decision } = sample
    return { arm, trace: { ...trace, raw: '' }, verdict, decision, member }
  })
  return { problem, instruction: userMessage(problem, recipe.instructions), members }
}
