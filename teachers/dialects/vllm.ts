import { type Dialect, templateFlag } from './dialect.ts'

export const vllm = {
  name: 'vllm',
  label: 'vLLM',
  parameters: ['temperature', 'top_p', 'top_k', 'min_p', 'presence_penalty'],
  seed: true,
  streams: false,
  thinking: templateFlag,
} as const satisfies Dialect
