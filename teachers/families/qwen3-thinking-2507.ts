import { recommended, type Family } from './family.ts'

/** Qwen3-Thinking-2507, which always reasons: the hybrid's switch is gone. Source: the model card. */
export const qwen3Thinking2507: Family = {
  name: 'qwen3-thinking-2507',
  label: 'Qwen3-Thinking-2507',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95, top_k: 20, min_p: 0 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  thinkOpenedBy: 'template',
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
