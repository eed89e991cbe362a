import { type Dialect, threeEfforts, typedThinking } from './dialect.ts'

/** The interface of GLM's makers. It refuses `stream_options` and has no seed. Source: docs.z.ai, capabilities/thinking. */
export const zai = {
  name: 'zai',
  label: 'Z.ai and BigModel',
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: false,
  streamOptions: false,
  streams: true,
  queues: false,
  thinking: typedThinking,
} as const satisfies Dialect
