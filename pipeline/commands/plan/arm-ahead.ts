import type { Arm } from '../../../schemas/arm.ts'
import { ratesOf, nanoUsd } from '../../../teachers/cost/price.ts'
import { promptTokens } from '../../../teachers/cost/tokens.ts'
import { buildRequest } from '../../../teachers/request/build-request.ts'
import { answerLimits } from '../../recipe/answer-limits.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** What an arm may be asked for, and the most that this can take. */
export type ArmAhead = {
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
}

/**
 * Counts what an arm is asked for.
 *
 * @param prompts some of those that the arm is sent, which stand for all
 */
export function armAhead(
  { recipe }: RunContext,
  arm: Arm,
  prompts: readonly string[],
  { first, most }: { first: number; most: number },
): ArmAhead {
  const { dialect, price } = recipe.endpoints[arm.endpoint]!
  const counts = prompts.map((prompt) => promptTokens(textsOf(buildRequest(arm, dialect, prompt).messages)))
  const mean = counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length
  const { answer: longest, sample: all } = answerLimits(arm)
  const prompt = Math.round(mean * most)
  const rates = ratesOf(price, arm.model)
  return {
    arm: arm.name,
    model: arm.model,
    endpoint: arm.endpoint,
    samples: first,
    most_samples: most,
    prompt_tokens: Math.round(mean * first),
    max_tokens: longest,
    most_tokens: all === null ? null : prompt + most * all,
    most_usd:
      all === null || !rates ? null : nanoUsd({ prompt, cached: 0, completion: most * all }, rates) / 1e9,
  }
}

function textsOf(messages: readonly { content: unknown }[]): { content: string }[] {
  return messages.map(({ content }) => ({
    content: typeof content === 'string' ? content : JSON.stringify(content),
  }))
}
