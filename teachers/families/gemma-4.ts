import { recommended, type Family } from './family.ts'

/** The hybrid Gemma 4 models, which answer at once unless told to reason. Source: the model card and vllm.reasoning.gemma4_reasoning_parser. */
export const gemma4: Family = {
  name: 'gemma-4',
  label: 'Gemma 4',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95, top_k: 64 }),
    ...recommended('non_thinking', { temperature: 1, top_p: 0.95, top_k: 64 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'non_thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
