import { recommended, type Family } from './family.ts'

/** Qwen3-Instruct-2507, which never reasons before it answers. Source: the model card. */
export const qwen3Instruct2507: Family = {
  name: 'qwen3-instruct-2507',
  label: 'Qwen3-Instruct-2507',
  sampling: recommended('non_thinking', { temperature: 0.7, top_p: 0.8, top_k: 20, min_p: 0 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
