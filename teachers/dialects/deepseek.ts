import { allEfforts, type Dialect, typedThinking } from './dialect.ts'

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
