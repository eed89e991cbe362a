import { threeEfforts, type Dialect, effortAsSwitch } from './dialect.ts'

export const fireworks = {
  name: 'fireworks',
  label: 'Fireworks',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: true,
  streams: true,
  queues: false,
  thinking: effortAsSwitch,
} as const satisfies Dialect
