import { allEfforts, type Dialect, templateFlag, type ThinkingWish } from './dialect.ts'

export const llamacpp = {
  name: 'llamacpp',
  label: 'llama.cpp server',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  gauges: { running: 'llamacpp:requests_processing', waiting: 'llamacpp:requests_deferred' },
  continues: unlessSwitchedOn,
  thinking: throughTheTemplate,
} as const satisfies Dialect

/** The effort, too, is an argument of the chat template here. */
function throughTheTemplate(wish: ThinkingWish): Record<string, unknown> {
  if (wish.how.kind === 'template_flag' || wish.effort === null) return templateFlag(wish)
  return { chat_template_kwargs: { reasoning_effort: wish.effort } }
}

/** It goes on with a last message of the assistant by itself, but refuses that with 400 where its template's thinking is on. */
function unlessSwitchedOn({ mode, how }: ThinkingWish): Record<string, unknown> | undefined {
  return how.kind === 'template_flag' && mode === 'thinking' ? undefined : {}
}
