import {
  allEfforts,
  type Dialect,
  onlyTheDefault,
  reasoningEffort,
  templateArguments,
  type ThinkingWish,
} from './dialect.ts'

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
  gauges: [
    { at: 'api', path: '/metrics', running: 'num_requests_running', waiting: 'num_requests_waiting' },
    {
      at: 'api',
      path: '/metrics',
      running: 'vllm:num_requests_running',
      waiting: 'vllm:num_requests_waiting',
    },
  ],
  thinking: throughTheTemplate,
} as const satisfies Dialect

/** The effort of a hybrid is an argument of its chat template, too. */
function throughTheTemplate(wish: ThinkingWish): Record<string, unknown> | undefined {
  const values = templateArguments(wish)
  if (values === undefined) return onlyTheDefault(wish)
  const named = { ...values, ...reasoningEffort(wish.effort) }
  return Object.keys(named).length === 0 ? {} : { chat_template_kwargs: named }
}
