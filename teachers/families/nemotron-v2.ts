import { recommended, type Family } from './family.ts'

/** The Nemotron models that obey `/think` and `/no_think` in the system message. Source: the model cards and docs.nvidia.com, rag/enable-nemotron-thinking. */
export const nemotronV2: Family = {
  name: 'nemotron-v2',
  label: 'Nemotron Nano v2 and Super v1.5',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 0 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: {
    kind: 'system_message',
    words: { thinking: '/think', non_thinking: '/no_think' },
  },
  charactersPerToken: 3.16,
  systemRefused: 'its thinking switch is the system message',
  weightsLicense: 'NVIDIA Open Model License',
}
