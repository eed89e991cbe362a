import { type Dialect, reasoningEffort, type ThinkingWish } from './dialect.ts'

export const fireworks = {
  name: 'fireworks',
  label: 'Fireworks',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  seed: true,
  streams: true,
  thinking: effortOrNone,
} as const satisfies Dialect

/** The effort is the only switch: `none` turns reasoning off, and any other turns on what is off by default. */
function effortOrNone({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (how.kind !== 'template_flag') return reasoningEffort(effort)
  if (mode === 'non_thinking') return { reasoning_effort: 'none' }
  return reasoningEffort(effort ?? (how.byDefault === 'thinking' ? null : 'medium'))
}
