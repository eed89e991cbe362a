import type { Family } from './family.ts'
import { qwen3Instruct2507 } from './qwen3-instruct-2507.ts'
import { qwen3Thinking2507 } from './qwen3-thinking-2507.ts'

/** Qwen3-Instruct-2507 and Qwen3-Thinking-2507 as the twin that they are: the mode decides which of the two is asked. */
export const qwen32507: Family = {
  name: 'qwen3-2507',
  label: 'Qwen3-2507 (Thinking and Instruct)',
  sampling: { ...qwen3Thinking2507.sampling, ...qwen3Instruct2507.sampling },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'model' },
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
