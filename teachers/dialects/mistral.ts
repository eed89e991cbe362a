import { type Dialect, onlyTheDefault, threeEfforts } from './dialect.ts'

/** The interface of Mistral. It knows the seed by another name only and refuses `stream_options`; reasoning comes in typed parts of the content. Source: docs.mistral.ai, api. */
export const mistral = {
  name: 'mistral',
  label: 'Mistral API',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: false,
  streamOptions: false,
  streams: true,
  queues: false,
  thinking: onlyTheDefault,
} as const satisfies Dialect
