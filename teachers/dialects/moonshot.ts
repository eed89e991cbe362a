import { type Dialect, threeEfforts, typedThinking } from './dialect.ts'

/** The interface of Kimi's makers. It counts the tokens of a stream inside of the choice. Source: platform.kimi.ai, api/models-overview. */
export const moonshot = {
  name: 'moonshot',
  label: 'Moonshot',
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: false,
  streams: true,
  queues: false,
  thinking: typedThinking,
} as const satisfies Dialect
