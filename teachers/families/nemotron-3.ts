import { recommended, type Family } from './family.ts'

/** The hybrid Nemotron 3 models, which reason unless told not to. Source: the model card and docs.nvidia.com, rag/enable-nemotron-thinking. */
export const nemotron3: Family = {
  name: 'nemotron-3',
  label: 'Nemotron 3',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 1 }),
    ...recommended('non_thinking'),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'NVIDIA Open Model License',
}
