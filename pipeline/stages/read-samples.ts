import type { Sample } from '../../filters/filter.ts'
import { userMessage } from '../../problems/user-message.ts'
import type { Problem } from '../../schemas/problem.ts'
import { joinParts } from '../../store/parts/join.ts'
import { partColumns } from '../../schemas/parts.ts'
import { askedKind } from '../recipe/asked-kind.ts'
import type { RunContext } from '../recipe/run-context.ts'

const withoutTexts = partColumns('traces').filter((name) => name !== 'reasoning' && name !== 'answer')

/**
 * The samples of a shard with their verdicts, problem by problem, in the order of the parts.
 *
 * @param texts whether reasoning and answer are read; without them they are empty
 */
export async function* sampleGroups(
  { runFolder, recipe, arms }: RunContext,
  shard: number,
  { texts = true }: { texts?: boolean } = {},
): AsyncGenerator<{ problem: Problem; samples: Sample[] }> {
  const wanted = { problems: 'all', traces: texts ? 'all' : withoutTexts, verdicts: 'all' } as const
  for await (const { problem, samples } of joinParts(runFolder, shard, wanted, {
    problems: askedKind(recipe),
  })) {
    const instruction = userMessage(problem, recipe.instructions)
    yield {
      problem,
      samples: samples.map(({ trace, verdict }) => {
        const arm = arms.find(({ name }) => name === trace.arm)!
        return { problem, instruction, arm, trace: { reasoning: '', answer: '', ...trace }, verdict }
      }),
    }
  }
}
