import { isHybrid } from '../families/family.ts'
import { type Dialect, reasoningEffort, threeEfforts, type ThinkingWish } from './dialect.ts'

/** Cohere's compatible interface, whose efforts are `none` and `high`. Source: docs.cohere.com, docs/compatibility-api and docs/reasoning. */
export const cohere = {
  name: 'cohere',
  label: 'Cohere, compatible interface',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: true,
  streams: true,
  queues: false,
  thinking: noneOrHigh,
} as const satisfies Dialect

function noneOrHigh({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (!isHybrid(how)) return reasoningEffort(effort)
  return { reasoning_effort: mode === 'thinking' ? (effort ?? 'high') : 'none' }
}
