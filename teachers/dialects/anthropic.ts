import { type Dialect, onlyTheDefault, type ThinkingWish } from './dialect.ts'

/** Anthropic's compatible interface. It ignores a seed and an effort and does not return the reasoning. Source: docs.anthropic.com, api/openai-sdk. */
export const anthropic = {
  name: 'anthropic',
  label: 'Anthropic, compatible interface',
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  efforts: [],
  seed: false,
  streams: true,
  queues: false,
  thinking: budgeted,
} as const satisfies Dialect

function budgeted(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, how } = wish
  if (how.kind !== 'thinking_type' || how.budgetTokens === undefined) return onlyTheDefault(wish)
  return mode === 'thinking' ? { thinking: { type: how.on, budget_tokens: how.budgetTokens } } : {}
}
