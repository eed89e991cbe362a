import { recommended, type Family } from './family.ts'

/** Qwen3-Next-Thinking and Qwen3-Next-Instruct as the twin that they are. Source: the model cards. */
export const qwen3Next: Family = {
  name: 'qwen3-next',
  label: 'Qwen3-Next (Thinking and Instruct)',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95, top_k: 20, min_p: 0 }),
    ...recommended('non_thinking', { temperature: 0.7, top_p: 0.8, top_k: 20, min_p: 0 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'model' },
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
