import {
  allEfforts,
  type Dialect,
  ownEffort,
  templateArguments,
  templateFlag,
  type ThinkingWish,
} from './dialect.ts'

export const llamacpp = {
  name: 'llamacpp',
  label: 'llama.cpp server',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  statesSlots: true,
  gauges: [
    {
      at: 'server',
      path: '/metrics',
      running: 'llamacpp:requests_processing',
      waiting: 'llamacpp:requests_deferred',
    },
  ],
  continues: byItself,
  reasoningBack: 'field',
  thinking: throughTheTemplate,
} as const satisfies Dialect

/** The effort, too, is an argument of the chat template here. */
function throughTheTemplate(wish: ThinkingWish): Record<string, unknown> | undefined {
  const own = ownEffort(wish)
  if (own !== undefined) return { chat_template_kwargs: own }
  if (templateArguments(wish) !== undefined || wish.effort === null) return templateFlag(wish)
  return { chat_template_kwargs: { reasoning_effort: wish.effort } }
}

/**
 * It goes on with a last message of the assistant without being told. Reasoning must stand in the field: tags in the
 * content come behind the think block that its template writes. Builds of 2025 refuse with 400 where thinking is on.
 */
function byItself(): Record<string, unknown> {
  return {}
}
