import type { Usage } from '../../schemas/trace.ts'
import { isObject } from '../json.ts'

/** The token counts of a response body, whichever of the known names the server gives them; `null` for what it leaves out. */
export function readUsage(body: unknown): Usage {
  const usage = isObject(body) && isObject(body['usage']) ? body['usage'] : {}
  const completion = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {}
  const prompt = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {}
  return {
    prompt_tokens: count(usage['prompt_tokens']),
    completion_tokens: count(usage['completion_tokens']),
    reasoning_tokens: count(completion['reasoning_tokens']) ?? count(usage['reasoning_tokens']),
    cached_tokens: count(prompt['cached_tokens']) ?? count(usage['prompt_cache_hit_tokens']),
  }
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
