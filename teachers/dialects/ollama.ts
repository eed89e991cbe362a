import { allEfforts, type Dialect, effortAsSwitch } from './dialect.ts'

/**
 * Ollama's `/v1` interface. It has no `top_k` and `min_p`, and takes them from the model's own file; template arguments
 * are dropped by the server.
 */
export const ollama = {
  name: 'ollama',
  label: 'Ollama',
  parameters: ['temperature', 'top_p', 'presence_penalty'],
  others: 'set that in the Modelfile of the model',
  efforts: allEfforts,
  seed: true,
  streams: false,
  queues: true,
  // OLLAMA_NUM_PARALLEL is 1 unless set.
  unseen: 8,
  thinking: effortAsSwitch,
} as const satisfies Dialect
