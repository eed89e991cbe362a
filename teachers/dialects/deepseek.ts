import { allEfforts, type Dialect, reasoningEffort, type ThinkingWish } from './dialect.ts'

/** DeepSeek's own interface. It keeps a waiting connection open with blank lines, so it need not be streamed. */
export const deepseek = {
  name: 'deepseek',
  label: 'DeepSeek API',
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  idleWhenThinking: ['temperature', 'top_p'],
  efforts: allEfforts,
  seed: false,
  streams: false,
  queues: false,
  thinking: typedThinking,
} as const satisfies Dialect

function typedThinking({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (how.kind !== 'template_flag') return reasoningEffort(effort)
  return { thinking: { type: mode === 'thinking' ? 'enabled' : 'disabled' }, ...reasoningEffort(effort) }
}
