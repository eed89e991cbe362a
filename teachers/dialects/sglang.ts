import { allEfforts, continuesFinalMessage, type Dialect, templateFlag } from './dialect.ts'

export const sglang = {
  name: 'sglang',
  label: 'SGLang',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  // The first is served with --enable-metrics only, the second by versions of 2026.
  gauges: [
    { at: 'server', path: '/metrics', running: 'sglang:num_running_reqs', waiting: 'sglang:num_queue_reqs' },
    { at: 'api', path: '/loads?include=core', running: 'num_running_reqs', waiting: 'num_waiting_reqs' },
  ],
  begins: 'behind_prompt',
  continues: continuesFinalMessage,
  thinking: templateFlag,
} as const satisfies Dialect
