import type { Usage } from '../schemas/trace.ts'
import type { Price } from './endpoint-options.ts'
import { isObject } from './json.ts'

/**
 * What a response cost in USD: what the server says it charged, else its token counts at the stated price. Reasoning is
 * part of the completion tokens and not added again. `null` when neither is known.
 */
export function costUsd(usage: Usage, price: Price | undefined, body?: unknown): number | null {
  const charged = isObject(body) && isObject(body['usage']) ? body['usage']['cost'] : undefined
  if (typeof charged === 'number' && Number.isFinite(charged) && charged >= 0) return charged
  if (price === undefined || usage.completion_tokens === null) return null
  const prompt = usage.prompt_tokens ?? 0
  const cached = Math.min(usage.cached_tokens ?? 0, prompt)
  const input = (prompt - cached) * price.input + cached * (price.cached_input ?? price.input)
  return (input + usage.completion_tokens * price.output) / 1_000_000
}
