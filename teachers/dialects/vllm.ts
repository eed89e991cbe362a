import { allEfforts, continuesFinalMessage, type Dialect, templateFlag } from './dialect.ts'

export const vllm = {
  name: 'vllm',
  label: 'vLLM',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  gauges: [
    {
      at: 'server',
      path: '/metrics',
      running: 'vllm:num_requests_running',
      waiting: 'vllm:num_requests_waiting',
    },
  ],
  loadHeader: true,
  begins: 'through_template',
  continues: continuesFinalMessage,
  thinking: templateFlag,
} as const satisfies Dialect
