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
  const last = attempts.at(-1)
  if (last === undefined || body === undefined) return bill
  const usage = readUsage(body)
  // Of an answer that does not state its completion, its try keeps all that is known.
  const stated = isStated(usage) ? usage : { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 }
  bill.prompt += stated.prompt_tokens ?? 0
  bill.completion += stated.completion_tokens ?? 0
  const own = {
    prompt: (stated.prompt_tokens ?? 0) + (last.prompt_tokens ?? 0),
    completion: (stated.completion_tokens ?? 0) + (last.completion_tokens ?? 0),
  }
  const answer = { ...own, cached: Math.min(stated.cached_tokens ?? 0, own.prompt) }
  bill.cached = answer.cached
  const nano_usd = isStated(usage) ? chargedNanoUsd(body) : null
  if (nano_usd !== null) bill.charged = { ...answer, nano_usd }
  else if (batch !== undefined) bill.batch = answer
  return bill
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
