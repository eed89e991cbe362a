import { emptyBill, type Bill } from '../../schemas/bill.ts'
import type { Attempt } from '../../schemas/journal.ts'
import type { Usage } from '../../schemas/trace.ts'
import { isObject } from '../json.ts'
import { readUsage } from '../reply/read-usage.ts'

/**
 * What a request was billed for over all its tries. An outcome without any try was bought elsewhere and bills nothing.
 *
 * @param body of the answer; `undefined` where none came
 * @param outcome.batch the batch that it came through, if any
 */
export function billOf(
  attempts: readonly Attempt[],
  body?: unknown,
  { batch }: { batch?: string | undefined } = {},
): Bill {
  const bill = emptyBill()
  for (const attempt of attempts) {
    bill.prompt += attempt.prompt_tokens ?? 0
    bill.completion += attempt.completion_tokens ?? 0
  }
  const usage = readUsage(body)
  if (attempts.length === 0 || !isStated(usage)) return bill
  const answer = {
    prompt: usage.prompt_tokens ?? 0,
    cached: Math.min(usage.cached_tokens ?? 0, usage.prompt_tokens ?? 0),
    completion: usage.completion_tokens ?? 0,
  }
  const nano_usd = chargedNanoUsd(body)
  return {
    prompt: bill.prompt + answer.prompt,
    cached: answer.cached,
    completion: bill.completion + answer.completion,
    charged: nano_usd === null ? bill.charged : { ...answer, nano_usd },
    batch: nano_usd === null && batch !== undefined ? answer : bill.batch,
  }
}

/** Some servers leave the usage out of broken answers, some out of all. */
function isStated(usage: Usage): boolean {
  return usage.completion_tokens !== null
}

/** OpenRouter states what it charged in credits, which are US dollars. */
function chargedNanoUsd(body: unknown): number | null {
  const cost = isObject(body) && isObject(body['usage']) ? body['usage']['cost'] : undefined
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? Math.round(cost * 1e9) : null
}
