import { isHybrid } from '../families/family.ts'
import { threeEfforts, type Dialect, type ThinkingWish } from './dialect.ts'

export const openrouter = {
  name: 'openrouter',
  label: 'OpenRouter',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: true,
  streams: true,
  queues: false,
  thinking: reasoningObject,
} as const satisfies Dialect

function reasoningObject({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (effort !== null) return { reasoning: { effort } }
  return isHybrid(how) ? { reasoning: { enabled: mode === 'thinking' } } : {}
}
