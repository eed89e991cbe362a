import { isHybrid } from '../families/family.ts'
import { threeEfforts, type Dialect, reasoningEffort, type ThinkingWish } from './dialect.ts'

export const together = {
  name: 'together',
  label: 'Together',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: true,
  streams: true,
  queues: false,
  thinking: enabledFlag,
} as const satisfies Dialect

function enabledFlag({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (!isHybrid(how)) return reasoningEffort(effort)
  return { reasoning: { enabled: mode === 'thinking' }, ...reasoningEffort(effort) }
}
