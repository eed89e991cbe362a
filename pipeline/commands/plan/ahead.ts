import { firstSamples } from '../../../schemas/arm.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { userMessage } from '../../../problems/user-message.ts'
import { readPart } from '../../../store/parts/part.ts'
import { ratesOf, nanoUsd } from '../../../teachers/cost/price.ts'
import { promptTokens } from '../../../teachers/cost/tokens.ts'
import { buildRequest } from '../../../teachers/request/build-request.ts'
import { answerLimits } from '../../recipe/answer-limits.ts'
import { judgeArms } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** What is known of a run before anything is asked: exact counts, and the most that it can take. */
export type Ahead = {
  problems: number
  arms: {
    arm: string
    model: string
    endpoint: string
    /** Samples of all problems, the most of them where their number depends on the answers. */
    samples: number
    most_samples: number
    /** Counted over some of the prompts; templates of servers add a few tokens to each. */
    prompt_tokens: number
    /** The limit of one answer; `null` where the server decides. */
    max_tokens: number | null
    /** If every answer were as long as its limit; `null` without a limit. */
    most_tokens: number | null
    /** The same in USD; `null` where it has no price, too. */
    most_usd: number | null
  }[]
  /** Verdicts that judges may be asked for, and the models. */
  judges: { model: string; most_requests: number }[]
}

/** Prompts that are counted, the first in the order of their ids, which is random. */
const countedPrompts = 200

/** Counts what a recipe asks for. Nothing is asked, and of the problems only a few are read. */
export async function lookAhead(context: RunContext, plan: ShardPlan): Promise<Ahead> {
  const prompts = await firstPrompts(context, plan)
  const { problems } = plan
  const arms = context.arms
    .filter((arm) => !arm.import)
    .map((arm) => {
      const endpoint = context.recipe.endpoints[arm.endpoint]!
      const counts = prompts.map((prompt) =>
        promptTokens(textsOf(buildRequest(arm, endpoint.dialect, prompt).messages)),
      )
      const mean = counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length
      const samples = problems * firstSamples(arm)
      const most = problems * (arm.adaptive?.max ?? arm.samples)
      const { answer: longest, sample: all } = answerLimits(arm)
      const prompt = Math.round(mean * most)
      const rates = ratesOf(endpoint.price, arm.model)
      return {
        arm: arm.name,
        model: arm.model,
        endpoint: arm.endpoint,
        samples,
        most_samples: most,
        prompt_tokens: Math.round(mean * samples),
        max_tokens: longest,
        most_tokens: all === null ? null : prompt + most * all,
        most_usd:
          all === null || !rates ? null : nanoUsd({ prompt, cached: 0, completion: most * all }, rates) / 1e9,
      }
    })
  const answers = context.arms.reduce((sum, arm) => sum + problems * (arm.adaptive?.max ?? arm.samples), 0)
  return {
    problems,
    arms,
    judges: judgeArms(context.recipe).map(({ model }) => ({ model, most_requests: answers })),
  }
}

function textsOf(messages: readonly { content: unknown }[]): { content: string }[] {
  return messages.map(({ content }) => ({
    content: typeof content === 'string' ? content : JSON.stringify(content),
  }))
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
