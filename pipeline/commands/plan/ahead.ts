import { firstSamples } from '../../../schemas/arm.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { userMessage } from '../../../problems/user-message.ts'
import { readPart } from '../../../store/parts/part.ts'
import { judgeArms } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { armAhead, type ArmAhead } from './arm-ahead.ts'
import { classifierAhead } from './classifier.ts'

/** What is known of a run before anything is asked: exact counts, and the most that it can take. */
export type Ahead = {
  problems: number
  /** The arms, and the judge of `classify` with the problems that nothing else tells everything of. */
  arms: ArmAhead[]
  /** Verdicts that judges may be asked for, and the models. */
  judges: { model: string; most_requests: number }[]
}

/** Prompts that are counted, the first in the order of their ids, which is random. */
const countedPrompts = 200

/** Counts what a recipe asks for. Nothing is asked, and of the problems only a few are read, unless a judge classifies them. */
export async function lookAhead(context: RunContext, plan: ShardPlan): Promise<Ahead> {
  const { recipe } = context
  const prompts = await firstPrompts(context, plan)
  const { problems } = plan
  const answering = context.arms
    .filter((arm) => !arm.import)
    .map((arm) =>
      armAhead(context, arm, prompts, {
        first: problems * firstSamples(arm),
        most: problems * (arm.adaptive?.max ?? arm.samples),
      }),
    )
  const answers = context.arms.reduce((sum, arm) => sum + problems * (arm.adaptive?.max ?? arm.samples), 0)
  return {
    problems,
    arms: [...answering, ...(await classifierAhead(context, plan))],
    judges: judgeArms(recipe).map(({ model }) => ({ model, most_requests: answers })),
  }
}

async function firstPrompts({ runFolder, recipe }: RunContext, { shards }: ShardPlan): Promise<string[]> {
  const prompts: string[] = []
  for (let shard = 0; shard < shards; shard++)
    for await (const problem of readPart(runFolder, 'problems', shard)) {
      prompts.push(userMessage(problem, recipe.instructions))
      if (prompts.length === countedPrompts) return prompts
    }
  return prompts
}
