import type { Usage } from '../../schemas/trace.ts'
import { isObject } from '../json.ts'
import { firstChoice } from './message-texts.ts'

/** Names under which servers count the same thing. */
const names = {
  prompt: ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'prompt_eval_count'],
  completion: [
    'completion_tokens',
    'output_tokens',
    'generated_tokens',
    'candidatesTokenCount',
    'eval_count',
  ],
  total: ['total_tokens', 'totalTokenCount'],
  reasoning: ['reasoning_tokens', 'thoughtsTokenCount'],
  cached: ['cached_tokens', 'prompt_cache_hit_tokens', 'cache_read_input_tokens', 'cachedContentTokenCount'],
} as const

/**
 * The token counts of a response body, whichever of the known names the server gives them, in the body or in its choice;
 * `null` for what it leaves out. Some servers count the reasoning outside of the completion: what they billed is then the
 * total without the prompt. Zeros alone are no counts.
 */
export function readUsage(body: unknown): Usage {
  const usages = usagesOf(body)
  const prompt = most(usages, names.prompt)
  const stated = most(usages, names.completion)
  if (prompt === 0 && (stated ?? 0) === 0) return noUsage
  const details = usages.flatMap((usage) =>
    ['completion_tokens_details', 'output_tokens_details', 'prompt_tokens_details', 'input_tokens_details']
      .map((name) => usage[name])
      .filter(isObject),
  )
  const reasoning = most([...details, ...usages], names.reasoning)
  return {
    prompt_tokens: prompt,
    completion_tokens: billed({ prompt, completion: stated, total: most(usages, names.total), reasoning }),
    reasoning_tokens: reasoning,
    cached_tokens: most([...details, ...usages], names.cached),
  }
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
  if (total !== null && prompt !== null) return Math.max(completion, total - prompt)
  // A part cannot be more than the whole.
  return reasoning !== null && reasoning > completion ? completion + reasoning : completion
}

function usagesOf(body: unknown): Record<string, unknown>[] {
  const outer = isObject(body) ? body : {}
  const choice = firstChoice(body)
  return [outer['usage'], choice['usage'], outer['usageMetadata'], outer['usage_metadata']].filter(isObject)
}

/** The largest of the counts under any of the names, `null` when there is none. */
function most(holders: readonly Record<string, unknown>[], among: readonly string[]): number | null {
  const counts = holders.flatMap((holder) => among.map((name) => count(holder[name])))
  const stated = counts.filter((each) => each !== null)
  return stated.length === 0 ? null : Math.max(...stated)
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
