import { threeEfforts, type Dialect, onlyTheDefault } from './dialect.ts'

export const lmstudio = {
  name: 'lmstudio',
  label: 'LM Studio',
  parameters: ['temperature', 'top_p', 'top_k', 'presence_penalty'],
  others: "set that in the model's settings in LM Studio",
  efforts: threeEfforts,
  seed: true,
  streams: false,
  queues: true,
  unseen: 8,
  thinking: onlyTheDefault,
} as const satisfies Dialect
