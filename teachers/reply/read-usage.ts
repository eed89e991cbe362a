import type { Usage } from '../../schemas/trace.ts'
import { isObject } from '../json.ts'
import { firstChoice } from './message-texts.ts'

/** Names under which servers count the same thing. */
const names = {
  prompt: [
    'prompt_tokens',
    'input_tokens',
    'promptTokens',
    'inputTokens',
    'promptTokenCount',
    'prompt_eval_count',
    'prompt_n',
  ],
  completion: [
    'completion_tokens',
    'output_tokens',
    'generated_tokens',
    'completionTokens',
    'outputTokens',
    'candidatesTokenCount',
    'eval_count',
    'predicted_n',
  ],
  total: ['total_tokens', 'totalTokens', 'totalTokenCount'],
  reasoning: ['reasoning_tokens', 'thinking_tokens', 'reasoningTokens', 'thoughtsTokenCount'],
  cached: [
    'cached_tokens',
    'prompt_cache_hit_tokens',
    'cache_read_input_tokens',
    'cacheReadInputTokens',
    'cachedContentTokenCount',
  ],
} as const

/**
 * The token counts of a response body, whichever of the known names the server gives them and wherever they stand; `null`
 * for what it leaves out and does not follow. Some servers count the reasoning outside of the completion: what they billed
 * is then the total without the prompt. Zeros alone are no counts.
 */
export function readUsage(body: unknown): Readonly<Usage> {
  if (!isObject(body)) return usageIn(body)
  const known = read.get(body)
  if (known) return known
  const usage = usageIn(body)
  read.set(body, usage)
  return usage
}

/** Bill, budget, journal and progress all ask for the usage of the same body, which nobody changes once it is whole. */
const read = new WeakMap<object, Usage>()

function usageIn(body: unknown): Usage {
  const usages = usagesOf(body)
  const total = most(usages, names.total)
  const counted = { prompt: most(usages, names.prompt), completion: most(usages, names.completion) }
  const prompt = withCache(usages, counted.prompt ?? rest(total, counted.completion))
  const stated = counted.completion ?? rest(total, counted.prompt)
  if (prompt === 0 && (stated ?? 0) === 0) return noUsage
  const details = usages.flatMap((usage) =>
    ['completion_tokens_details', 'output_tokens_details', 'prompt_tokens_details', 'input_tokens_details']
      .map((name) => usage[name])
      .filter(isObject),
  )
  const reasoning = most([...details, ...usages], names.reasoning)
  return {
    prompt_tokens: prompt,
    completion_tokens: billed({ prompt, completion: stated, total, reasoning }),
    reasoning_tokens: reasoning,
    cached_tokens: most([...details, ...usages], names.cached),
  }
}

function rest(total: number | null, part: number | null): number | null {
  return total === null || part === null || total < part ? null : total - part
}

/** Claude's own interface, and Bedrock's, count what they read from the cache, or wrote to it, beside the input. */
function withCache(usages: readonly Record<string, unknown>[], prompt: number | null): number | null {
  const claude = usages.find(
    (usage) =>
      most([usage], ['input_tokens', 'inputTokens']) !== null && count(usage['prompt_tokens']) === null,
  )
  if (prompt === null || claude === undefined) return prompt
  const read = most([claude], ['cache_read_input_tokens', 'cacheReadInputTokens']) ?? 0
  const written = most([claude], ['cache_creation_input_tokens', 'cacheWriteInputTokens']) ?? 0
  return prompt + read + written
}

const noUsage: Usage = {
  prompt_tokens: null,
  completion_tokens: null,
  reasoning_tokens: null,
  cached_tokens: null,
}

type Counts = {
  prompt: number | null
  completion: number | null
  total: number | null
  reasoning: number | null
}

function billed({ prompt, completion, total, reasoning }: Counts): number | null {
  if (completion === null) return null
  // A part cannot be more than the whole. Where a total is stated, it may be another tokenizer's count of the same text.
  if (total !== null && prompt !== null) return Math.max(completion, total - prompt, reasoning ?? 0)
  return reasoning !== null && reasoning > completion ? completion + reasoning : completion
}

/** The objects that count tokens: those in the usual places, else any other. */
function usagesOf(body: unknown): Record<string, unknown>[] {
  const outer = isObject(body) ? body : {}
  const choice = firstChoice(body)
  const usual = [outer['usage'], choice['usage'], outer['usageMetadata'], outer['usage_metadata']]
    .flatMap((usage) => (Array.isArray(usage) ? (usage as unknown[]) : [usage]))
    .filter(isObject)
  return most(usual, names.completion) === null && most(usual, names.total) === null
    ? [...usual, ...countersIn(outer, 4)]
    : usual
}

/** Objects that count tokens in or below another; texts and the probabilities of tokens are not looked into. */
function countersIn(holder: Record<string, unknown>, depth: number): Record<string, unknown>[] {
  const own = names.completion.some((name) => count(holder[name]) !== null) ? [holder] : []
  if (depth === 0) return own
  const inside = Object.entries(holder)
    .filter(([name]) => !/logprobs|content|details$/u.test(name))
    .map(([, value]) => (Array.isArray(value) ? (value[0] as unknown) : value))
    .filter(isObject)
  return [...own, ...inside.flatMap((value) => countersIn(value, depth - 1))]
}

/** The largest of the counts under any of the names, `null` when there is none. */
function most(holders: readonly Record<string, unknown>[], among: readonly string[]): number | null {
  const counts = holders.flatMap((holder) => among.map((name) => count(holder[name])))
  const stated = counts.filter((each) => each !== null)
  return stated.length === 0 ? null : Math.max(...stated)
}

function count(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/u.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
