import { rateOf } from '../../../filters/group/rate.ts'
import type { GroupSample, ProblemGroup } from '../../../output/exports/export.ts'
import { userMessage } from '../../../problems/user-message.ts'
import { joinParts, type PartsRead } from '../../../store/parts/join.ts'
import { firstSamples, type Arm } from '../../../schemas/arm.ts'
import type { VerdictValue } from '../../../schemas/verdict.ts'
import { readKinds } from '../read-kinds.ts'
import type { RunContext } from '../../recipe/run-context.ts'

const wanted = {
  problems: 'all',
  traces: 'all',
  verdicts: 'all',
  decisions: 'all',
  pairs: 'all',
} as const

/**
 * The problems of a shard with all their samples, in the order of their ids; the same every time. Holds the samples of one
 * problem at a time.
 */
export async function* problemGroups(
  context: RunContext,
  shard: number,
  reads: PartsRead,
): AsyncGenerator<ProblemGroup> {
  const { runFolder, recipe } = context
  const kinds = await readKinds(context, shard)
  const arms = new Map(context.arms.map((arm) => [arm.name, arm]))
  for await (const { problem, pair, samples } of joinParts(runFolder, shard, wanted, reads)) {
    const instruction = userMessage(problem, recipe.instructions)
    const rates = new Map(context.arms.map((arm) => [arm.name, rateOfArm(samples, arm)]))
    const own = samples.map(({ trace, verdict, decision }): GroupSample => {
      const arm = arms.get(trace.arm)
      if (!arm) throw new Error(`the trace ${trace.key} is of the arm ${trace.arm}, which the recipe lacks`)
      return { arm, trace, verdict, decision, rate: rates.get(arm.name)! }
    })
    const kind = kinds.get(problem.id)
    yield { problem, ...(kind && { kind }), instruction, pair, samples: own }
  }
}

function rateOfArm(
  samples: readonly { trace: { arm: string; sample_index: number }; verdict: { verdict: VerdictValue } }[],
  arm: Arm,
): GroupSample['rate'] {
  const own = samples.filter(({ trace }) => trace.arm === arm.name)
  const counted = own.map(({ trace, verdict }) => ({
    sample_index: trace.sample_index,
    verdict: verdict.verdict,
  }))
  return rateOf(counted, firstSamples(arm))
}
