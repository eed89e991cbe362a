import { type Dialect, onlyTheDefault, threeEfforts } from './dialect.ts'

/**
 * Hugging Face's router. It chooses a provider for each request unless the model is `model:provider`, and hands on what
 * that one sends, so the reasoning may come in another field every time; of thinking it knows the effort only.
 */
export const hfRouter = {
  name: 'hf-router',
  label: 'Hugging Face router',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others: 'the values of the provider apply that the router chooses',
  efforts: threeEfforts,
  seed: true,
  streams: true,
  queues: false,
  thinking: onlyTheDefault,
} as const satisfies Dialect
