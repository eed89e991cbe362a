import { type Dialect, reasoningEffort, type ThinkingWish } from './dialect.ts'

/** Ollama's `/v1` interface. It has no `top_k` and `min_p`, and takes them from the model's own file. */
export const ollama = {
  name: 'ollama',
  label: 'Ollama',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  seed: true,
  streams: false,
  thinking: noneTurnsOff,
} as const satisfies Dialect

/** Models that can reason do so unless the effort is `none`; template arguments are dropped by the server. */
function noneTurnsOff({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (how.kind === 'template_flag' && mode === 'non_thinking') return { reasoning_effort: 'none' }
  return reasoningEffort(effort)
}
