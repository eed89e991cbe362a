import { allEfforts, type Dialect, reasoningEffort, type ThinkingWish } from './dialect.ts'

/** NVIDIA NIM, which is vLLM behind an interface of its own: containers and NVIDIA's hosted API. */
export const nim = {
  name: 'nim',
  label: 'NVIDIA NIM',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  thinking: throughTheTemplate,
} as const satisfies Dialect

/** The effort of a hybrid is an argument of its chat template, too. */
function throughTheTemplate({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (how.kind !== 'template_flag') return reasoningEffort(effort)
  return { chat_template_kwargs: { [how.flag]: mode === 'thinking', ...reasoningEffort(effort) } }
}
